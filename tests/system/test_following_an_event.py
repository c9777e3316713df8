"""One event is followed through all parts: by OpenTelemetry's spans, and by lines of the logs."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import websockets
from treblle_models.identity import uuid7
from websockets.sync.client import ClientConnection, connect

from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import ROOT, System
from tests.support.collector import Collector
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, make_account

LONGEST_S = 60
PATH = [
    ("take event", "treblle-intake"),
    ("give to worker", "treblle-etl"),
    ("load event", "treblle-etl"),
    ("push to browser", "treblle-platform"),
]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module")
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, collector: Collector, said: io.StringIO
) -> Iterator[System]:
    """As an operator has it who follows events: with a collector, and logs in full as JSON."""
    more = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "LOG_FORMAT": "json",
    }
    choices = Choices(log_level="debug", more=more)
    folder, log = tmp_path_factory.mktemp("followed"), LogLines(said)
    parts = ("intake", "etl", "platform")
    with System(folder, Ports.free(), choices, parts=parts, log=log) as system:
        yield system


@pytest.fixture(scope="module")
def account(system: System) -> Account:
    return make_account(system)


@pytest.mark.parametrize("query", ["", "?more=1"], ids=["as it comes", "asked of the database"])
def test_spans_of_an_event_are_one_trace_from_intake_to_browser(
    system: System, account: Account, collector: Collector, query: str
) -> None:
    with watching(system, account, query) as socket:
        event_id = send(system, account)
        message = next_about(socket, event_id)
        assert "traces" not in message
        wait_until(lambda: len(collector.of(event_id)) == len(PATH), within_s=LONGEST_S)
    spans = collector.of(event_id)
    assert [(span.name, span.service) for span in spans] == PATH
    first, *later = spans
    assert {span.trace_id for span in spans} == {first.trace_id}
    assert first.parent_id == ""
    assert {span.parent_id for span in later} == {first.span_id}
    assert all(span.began <= span.ended for span in spans)


def test_events_of_a_batch_are_traces_of_their_own(
    system: System, account: Account, collector: Collector
) -> None:
    ids = [str(uuid7()) for _ in range(3)]
    send_batch(system, account, ids)
    loaded = PATH[:3]
    wait_until(lambda: all(len(collector.of(each)) == len(loaded) for each in ids))
    for each in ids:
        assert [(span.name, span.service) for span in collector.of(each)] == loaded
    assert len({collector.of(each)[0].trace_id for each in ids}) == len(ids)


def test_log_lines_lead_from_an_events_id_to_its_object_and_through_listener_and_worker(
    system: System, account: Account, said: io.StringIO
) -> None:
    event_id = send(system, account)
    wait_until(lambda: any(lines(said, "etl-worker", "loaded", event_ids=event_id)))
    (written,) = lines(said, "intake", "written", event_ids=event_id)
    (given,) = lines(said, "listener", "given to a worker", object_keys=written["object_key"])
    (loaded,) = lines(said, "etl-worker", "loaded", event_ids=event_id)
    assert loaded["object_key"] == written["object_key"]
    assert written["time"] <= given["time"] <= loaded["time"]
    assert account.api_key not in json.dumps([written, given, loaded])


def test_one_command_tells_where_an_event_is(system: System, account: Account) -> None:
    """As the runbook writes it for one machine."""
    event_id = send(system, account)

    def told() -> list[str]:
        words = [sys.executable, "-m", "embedded", "run", "etl", "trace", event_id]
        folder = {"TREBLLE_FOLDER": str(system.folder.path)}
        done = subprocess.run(
            words, cwd=ROOT, env=os.environ | folder, text=True, capture_output=True, check=True
        )
        return [line.partition("  ")[0] for line in done.stdout.splitlines()]

    wait_until(lambda: told() == ["row", "details", "raw object", "ledger"], within_s=LONGEST_S)


def lines(said: io.StringIO, process: str, message: str, **holding: str) -> list[dict[str, Any]]:
    """What a process logged under that message, where a list it names holds a value."""
    found = []
    for line in said.getvalue().splitlines():
        name, _, text = line.partition("|")
        if name.strip() == process and text.lstrip().startswith("{"):
            record = json.loads(text)
            holds = all(value in record.get(key, ()) for key, value in holding.items())
            if record["message"] == message and holds:
                found.append(record)
    return found


def payload(account: Account, event_id: str) -> dict[str, Any]:
    own = {"api_key": account.api_key, "project_id": account.project_id, "event_id": event_id}
    return django_payload() | own


def send(system: System, account: Account) -> str:
    event_id = str(uuid7())
    headers = {"x-api-key": account.api_key}
    answer = httpx.post(system.url("intake"), json=payload(account, event_id), headers=headers)
    assert answer.json() == {"id": event_id}
    return event_id


def send_batch(system: System, account: Account, ids: list[str]) -> None:
    body = "\n".join(json.dumps(payload(account, each)) for each in ids)
    headers = {"x-api-key": account.api_key}
    answer = httpx.post(f"{system.url('intake')}/batch", content=body, headers=headers)
    assert answer.status_code == 202


@contextmanager
def watching(system: System, account: Account, query: str) -> Iterator[ClientConnection]:
    """The websocket of a browser that is logged in, once nothing can be missed."""
    base = system.url("platform")
    url = f"{base.replace('http', 'ws', 1)}/ws/projects/{account.project_uuid}/live/{query}"
    headers = {"Cookie": cookies(base, account)}
    with connect(url, additional_headers=headers, origin=websockets.Origin(base)) as socket:
        assert json.loads(socket.recv(LONGEST_S)) == {"type": "ready"}
        yield socket


def cookies(base: str, account: Account) -> str:
    with httpx.Client(base_url=base) as browser:
        browser.get("/accounts/login/")
        form = {
            "login": account.email,
            "password": account.password,
            "csrfmiddlewaretoken": browser.cookies["treblle_csrf"],
        }
        assert browser.post("/accounts/login/", data=form).is_redirect
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def next_about(socket: ClientConnection, event_id: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(socket.recv(LONGEST_S))
        if any(each["uuid"] == event_id for each in message["requests"]):
            return message
