"""A 202 is a promise: whatever ends or fails, the event lies in the store, once."""

import asyncio
import json
import resource
import signal
import uuid
from collections import Counter

import httpx
import pytest

from tests.services.servers import accepts
from tests.support.conditions import wait_until

KEY = "k" * 32
SENDERS = 16
ENOUGH = 400


async def send_until_it_ends(intake, then) -> tuple[set[str], list[int]]:
    """Many clients that each send one event after another; `then()` once enough are answered.

    The ids answered with 202, and every other status.
    """
    accepted: set[str] = set()
    others: list[int] = []

    async def send_all(client: httpx.AsyncClient) -> None:
        while True:
            event_id = str(uuid.uuid4())
            answer = await client.post("/", json={"event_id": event_id, "data": "x" * 500})
            if answer.status_code != 202:
                others.append(answer.status_code)
                continue
            accepted.add(answer.json()["id"])
            if len(accepted) == ENOUGH:
                then()

    async def one_client() -> None:
        headers = {"x-api-key": KEY}
        async with httpx.AsyncClient(base_url=intake.url, headers=headers, timeout=20) as client:
            with pytest.raises(httpx.TransportError):
                await send_all(client)

    await asyncio.gather(*(one_client() for _ in range(SENDERS)))
    return accepted, others


async def test_every_202_before_a_sigkill_is_on_disk_once(start_intake):
    intake = start_intake()
    accepted, others = await send_until_it_ends(intake, lambda: intake.signal(signal.SIGKILL))
    assert intake.ended() == -signal.SIGKILL
    stored = Counter(line["id"] for line in intake.lines())
    assert len(accepted) >= ENOUGH
    assert not others
    assert accepted <= stored.keys()
    assert max(stored.values()) == 1


async def test_a_sigterm_under_load_refuses_nothing_it_took_and_loses_nothing(start_intake):
    intake = start_intake()
    accepted, others = await send_until_it_ends(intake, lambda: intake.signal(signal.SIGTERM))
    intake.ended()
    stored = Counter(line["id"] for line in intake.lines())
    assert not others
    assert accepted <= stored.keys()
    assert max(stored.values()) == 1
    # What was under way was answered: nothing is stored that a client does not know of.
    assert stored.keys() == accepted
    assert intake.logged("stopped") == 1


def test_requests_half_sent_at_a_sigterm_are_answered(start_intake):
    intake = start_intake()
    body = json.dumps({"data": "x" * 2000}).encode()
    head = f"POST / HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
    connections = [intake.connect() for _ in range(20)]
    for connection in connections:
        connection.sendall(head.encode() + body[:1000])
    assert intake.post({"data": "others are in"}).status_code == 202
    intake.signal(signal.SIGTERM)
    wait_until(lambda: not accepts(intake.port))
    answers = []
    for connection in connections:
        connection.sendall(body[1000:])
        answers.append(connection.recv(65536)[:12])
        connection.close()
    assert answers == [b"HTTP/1.1 202"] * 20
    intake.ended()
    assert len(intake.lines()) == 21


def test_a_store_that_cannot_be_written_acknowledges_nothing_and_is_used_again(
    start_intake, tmp_path
):
    place = tmp_path / "raw"
    place.write_text("a file where the folder should be")
    intake = start_intake(RAW_STORE_URL=f"file://{place}")
    for _ in range(5):
        answer = intake.post({"data": 1})
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "store_away"
        assert int(answer.headers["retry-after"]) > 0
    place.unlink()
    assert intake.post({"data": 2}).status_code == 202
    assert [line["payload"]["data"] for line in intake.lines()] == [2]
    # As it begins and as it ends; its lines come by a pipe.
    wait_until(lambda: intake.logged("raw objects are not written") == 2)


def test_a_full_disk_acknowledges_nothing_and_leaves_no_partial_object(start_intake):
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    intake = start_intake(preexec=small_files_only)
    large = {"data": [str(uuid.uuid4()) for _ in range(200)]}
    assert intake.post(large).status_code == 503
    assert [path for path in intake.files() if path.is_file()] == []
    small = intake.post({"data": 1})
    assert small.status_code == 202
    assert [line["id"] for line in intake.lines()] == [small.json()["id"]]


def test_a_client_that_goes_away_while_it_waits_harms_nobody(start_intake):
    intake = start_intake()
    head = f"POST / HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\ncontent-length: "
    for body, length in ((b'{"data": "whole"}', 17), (b'{"data": "ha', 17)):
        with intake.connect() as connection:
            connection.sendall(f"{head}{length}\r\n\r\n".encode() + body)
    wait_until(lambda: len(intake.lines()) == 1)
    assert intake.post({"data": "next"}).status_code == 202
    assert sorted(line["payload"]["data"] for line in intake.lines()) == ["next", "whole"]
    assert not intake.logged("Traceback")
