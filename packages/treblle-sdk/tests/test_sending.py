"""What waits, what goes out, what comes again and what is lost: the client against an intake."""

import gc
import io
import json
import logging
import threading
import time

import pytest
from treblle_sdk.buffer import Buffer
from treblle_sdk.delivery import LONGEST_RETRY_AFTER_S, LONGEST_WAIT_S, wait_s
from treblle_sdk.wsgi import TreblleMiddleware

from tests.support.conditions import wait_until


def record(client, make_exchange, number, **changes):
    for each in range(number):
        client.record(make_exchange(path=f"/orders/{each}", **changes))


def answer_with(*statuses, body=b"", **headers):
    """Answer each batch with the next status; the last one stays."""
    left = list(statuses)

    def behave(handler, batch):
        handler.answer(left.pop(0) if len(left) > 1 else left[0], body, **headers)

    return behave


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr("treblle_sdk.delivery.FIRST_WAIT_S", 0.01)
    monkeypatch.setattr("treblle_sdk.delivery.LONGEST_WAIT_S", 0.05)


def test_what_was_recorded_arrives_in_gzipped_batches_of_json_lines(
    intake, make_client, make_exchange
):
    client = make_client(linger_s=10.0)
    record(client, make_exchange, 50, response=b'{"same": "text"}')

    assert client.flush()

    (batch,) = intake.batches
    assert batch.path == "/batch"
    assert batch.headers["content-type"] == "application/x-ndjson"
    assert batch.headers["content-encoding"] == "gzip"
    assert batch.headers["x-api-key"] == "K" * 32
    assert batch.size_bytes < len(json.dumps(batch.payloads)) / 5
    assert [payload["seq"] for payload in batch.payloads] == list(range(1, 51))
    assert len({payload["event_id"] for payload in batch.payloads}) == 50
    assert len({payload["sdk_instance"] for payload in batch.payloads}) == 1
    assert {payload["dropped"] for payload in batch.payloads} == {0}


def test_one_connection_serves_many_batches(intake, make_client, make_exchange):
    client = make_client(batch_events=10)
    record(client, make_exchange, 50)

    assert client.flush()

    assert len(intake.batches) >= 5
    assert len(intake.connections) == 1


def test_a_connection_that_was_closed_while_idle_loses_nothing(intake, make_client, make_exchange):
    def close_after(handler, batch):
        handler.answer(202)  # without a word that it closes
        handler.close_connection = True

    intake.behave = close_after
    client = make_client()
    for _ in range(3):
        record(client, make_exchange, 1)
        assert client.flush()

    assert [payload["seq"] for payload in intake.payloads] == [1, 2, 3]
    assert client.dropped == 0


def test_the_thread_starts_with_the_first_request(make_client, make_exchange):
    def threads():
        return [each for each in threading.enumerate() if each.name == "treblle-sdk"]

    before = len(threads())
    client = make_client()
    assert len(threads()) == before

    record(client, make_exchange, 3)
    assert len(threads()) == before + 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408, 301, 200])
def test_what_is_not_accepted_comes_again_as_the_same_events(
    intake, make_client, make_exchange, status
):
    intake.behave = answer_with(status, status, 202)
    client = make_client()
    record(client, make_exchange, 1)

    assert client.flush()

    assert len(intake.batches) == 3
    assert len({payload["event_id"] for payload in intake.payloads}) == 1
    assert client.dropped == 0


def test_an_intake_that_is_away_is_asked_again_until_it_is_back(intake, make_client, make_exchange):
    intake.behave = answer_with(*[503] * 12, 202)
    client = make_client(linger_s=0.1)
    record(client, make_exchange, 5)

    assert client.flush(20)

    assert {payload["seq"] for payload in intake.payloads} == {1, 2, 3, 4, 5}
    assert client.dropped == 0


def test_a_batch_the_intake_always_fails_on_does_not_hold_up_the_others(
    intake, make_client, make_exchange
):
    def fail_on_the_first(handler, batch):
        handler.answer(500 if batch.payloads[0]["seq"] == 1 else 202)

    intake.behave = fail_on_the_first
    client = make_client(batch_events=1)
    record(client, make_exchange, 2)

    assert client.flush()

    assert intake.payloads[-1]["seq"] == 2
    assert client.dropped == 1


def test_the_time_the_intake_asks_for_is_given(intake, make_client, make_exchange):
    times = []

    def wait_a_second(handler, batch):
        times.append(time.monotonic())
        handler.answer(202 if len(times) > 1 else 429, Retry_After="1")

    intake.behave = wait_a_second
    client = make_client()
    record(client, make_exchange, 1)

    assert client.flush()
    assert times[1] - times[0] >= 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_is_refused_is_counted_told_and_not_sent_again(
    intake, make_client, make_exchange, status, caplog
):
    intake.behave = answer_with(status)
    client = make_client(linger_s=10.0, batch_events=1 if status == 413 else 200)
    record(client, make_exchange, 1)
    assert client.flush()
    intake.behave = answer_with(202)
    record(client, make_exchange, 1)
    assert client.flush()

    assert [payload["seq"] for payload in intake.payloads] == [1, 2]
    assert [payload["dropped"] for payload in intake.payloads] == [0, 1]
    assert f"refused 1 requests ({status})" in caplog.text


def test_a_batch_that_is_too_large_is_halved_until_it_fits(intake, make_client, make_exchange):
    def at_most_three(handler, batch):
        handler.answer(202 if len(batch.payloads) <= 3 else 413)

    intake.behave = at_most_three
    client = make_client(linger_s=10.0)
    record(client, make_exchange, 10)

    assert client.flush()

    taken = [batch.payloads for batch in intake.batches if len(batch.payloads) <= 3]
    assert sorted(each["seq"] for batch in taken for each in batch) == list(range(1, 11))
    assert client.dropped == 0


def test_each_line_of_a_batch_is_judged_by_its_own_result(intake, make_client, make_exchange):
    def by_line(handler, batch):
        statuses = [202, 400, 429] if len(batch.payloads) == 3 else [202]
        lines = [json.dumps({"line": at, "status": s}) for at, s in enumerate(statuses, 1)]
        handler.answer(202, "\n".join(lines).encode())

    intake.behave = by_line
    client = make_client(linger_s=10.0)
    record(client, make_exchange, 3)

    assert client.flush()

    assert [[each["seq"] for each in batch.payloads] for batch in intake.batches] == [
        [1, 2, 3],
        [3],
    ]
    assert client.dropped == 1


def test_nonsense_for_an_answer_is_an_intake_that_is_away(intake, make_client, make_exchange):
    answers = [b"\x00\xff nonsense\r\n\r\n", b"HTTP/1.1 999999 x\r\n\r\n", b"", b"HTTP/1.1 202"]

    def nonsense(handler, batch):
        if not answers:
            handler.answer(202)
            return
        handler.wfile.write(answers.pop(0))
        handler.close_connection = True

    intake.behave = nonsense
    client = make_client()
    record(client, make_exchange, 1)

    assert client.flush()

    assert client.dropped == 0
    assert len({payload["event_id"] for payload in intake.payloads}) == 1


def test_what_does_not_fit_drops_the_oldest_and_counts_it(make_exchange):
    buffer = Buffer(max_events=3, max_bytes=10**9)
    for each in range(10):
        buffer.put(make_exchange(path=f"/{each}"))

    kept = buffer.take(100, 10**9)

    assert [exchange.path for exchange in kept] == ["/7", "/8", "/9"]
    assert buffer.dropped == 7


def test_what_waits_is_bounded_by_its_bytes_too(make_exchange):
    buffer = Buffer(max_events=1000, max_bytes=100_000)
    for _ in range(100):
        buffer.put(make_exchange(response=b"x" * 10_000))

    kept = buffer.take(1000, 10**9)

    assert 1 < len(kept) < 10
    assert buffer.dropped == 100 - len(kept)


def test_the_number_of_dropped_requests_is_reported_and_adds_up(intake, make_client, make_exchange):
    reached, released = threading.Event(), threading.Event()

    def hang(handler, batch):
        reached.set()
        released.wait(10)
        handler.answer(202)

    intake.behave = hang
    client = make_client(queue_events=5, timeout_s=10.0)
    record(client, make_exchange, 1)
    assert reached.wait(5)
    record(client, make_exchange, 20)
    released.set()
    assert client.flush()

    last = intake.payloads[-1]
    assert last["seq"] == 21
    assert last["dropped"] == 15
    assert len(intake.payloads) == last["seq"] - last["dropped"]


def test_before_send_may_change_a_payload(intake, make_client, make_exchange):
    def without_headers(payload):
        payload["data"]["request"]["headers"] = {}
        return payload

    client = make_client(before_send=without_headers)
    record(client, make_exchange, 1)
    assert client.flush()

    assert intake.payloads[0]["data"]["request"]["headers"] == {}


def test_before_send_that_gives_none_keeps_a_request_back(intake, make_client, make_exchange):
    client = make_client(
        before_send=lambda payload: None if payload["seq"] == 1 else payload, linger_s=10.0
    )
    record(client, make_exchange, 2)
    assert client.flush()

    (payload,) = intake.payloads
    assert (payload["seq"], payload["discarded"], payload["dropped"]) == (2, 1, 0)


def test_before_send_that_fails_lets_nothing_out_and_is_told(
    intake, make_client, make_exchange, caplog
):
    client = make_client(before_send=lambda payload: 1 / 0)
    record(client, make_exchange, 1)
    assert client.flush()

    assert intake.payloads == []
    assert client.dropped == 1
    assert "ZeroDivisionError" in caplog.text


def test_before_send_sees_what_is_masked_already(make_client, make_exchange):
    seen = []
    client = make_client(before_send=seen.append)
    record(client, make_exchange, 1, request=b'{"password": "swordfish"}')
    assert client.flush()

    assert seen[0]["data"]["request"]["body"] == {"password": "****"}


def test_excluded_routes_and_inactive_options_want_nothing(make_client):
    assert not make_client(excluded_routes=("/health", "/admin/*")).wants("/admin/users")
    assert make_client(excluded_routes=("/health",)).wants("/orders")
    assert not make_client(sdk_token="").wants("/orders")


def test_a_sample_is_about_as_large_as_asked(make_client):
    client = make_client(sample_rate=0.5)

    wanted = sum(client.wants("/orders") for _ in range(2000))

    assert 800 < wanted < 1200
    assert not make_client(sample_rate=0.0).wants("/orders")


def test_the_same_trouble_is_told_once_a_minute(intake, make_client, make_exchange, caplog):
    intake.behave = answer_with(*[503] * 8, 202)
    client = make_client()
    with caplog.at_level(logging.WARNING):
        record(client, make_exchange, 1)
        assert client.flush()

    assert caplog.text.count("the intake answered 503") == 1


def test_close_sends_what_waits(intake, make_client, make_exchange):
    client = make_client(linger_s=60.0, flush_s=5.0)
    record(client, make_exchange, 7)

    client.close()

    assert len(intake.payloads) == 7


def test_close_does_not_wait_longer_than_it_may(intake, make_client, make_exchange, caplog):
    released = threading.Event()
    intake.behave = lambda handler, batch: released.wait(10)
    client = make_client(flush_s=0.2)
    record(client, make_exchange, 1)
    wait_until(lambda: intake.batches)

    began = time.monotonic()
    client.close()
    took_s = time.monotonic() - began
    released.set()

    assert took_s < 1
    assert "1 requests were not sent" in caplog.text


def test_waits_grow_with_jitter_and_stay_within_bounds():
    first = {wait_s(1, None) for _ in range(20)}
    assert len(first) == 20
    assert wait_s(8, None) > max(first)
    assert wait_s(1000, None) <= LONGEST_WAIT_S
    assert wait_s(1, 10**9) <= LONGEST_RETRY_AFTER_S * 1.5


def test_a_flush_waits_for_no_company_however_many_batches_wait(intake, make_client, make_exchange):
    client = make_client(linger_s=60.0, batch_events=10)
    record(client, make_exchange, 25)

    assert client.flush()

    assert [len(batch.payloads) for batch in intake.batches] == [10, 10, 5]


def test_what_waits_is_next_to_nothing_for_the_collector_of_cycles(make_options):
    def application(environ, start_response):
        environ["wsgi.input"].read()
        headers = [(f"X-Header-{each}", f"value {each}") for each in range(20)]
        start_response("200 OK", [("Content-Type", "application/json"), *headers])
        return [b'{"orders": [1, 2, 3]}']

    middleware = TreblleMiddleware(application, make_options(linger_s=60.0, flush_s=0.1))

    def objects_after(requests):
        for _ in range(requests):
            environ = {f"HTTP_X_{each}": f"value {each}" for each in range(20)}
            environ |= {"CONTENT_TYPE": "application/json", "wsgi.input": io.BytesIO(b"{}")}
            list(middleware(environ, lambda *words: None))
        gc.collect()
        return len(gc.get_objects())

    before = objects_after(10)
    added = objects_after(100) - before
    middleware.client.close()

    assert added <= 100 * 5
