"""Whatever is sent: a clear answer at the intake or a dead letter with its reason, and never a
lost neighbour.
"""

import gzip
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from treblle_models.identity import uuid7

from embedded.system import System
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, api, rows_of

NESTED: dict[str, Any] = {}
for _ in range(100):
    NESTED = {"a": NESTED}


@pytest.fixture
def intake(system: System, account: Account) -> Iterator[httpx.Client]:
    headers = {"x-api-key": account.api_key}
    with httpx.Client(base_url=system.url("intake"), headers=headers, timeout=20) as client:
        yield client


def payload_of(account: Account, **data: Any) -> dict[str, Any]:
    made = django_payload()
    made |= {"api_key": account.api_key, "project_id": account.project_id}
    made["data"] |= data
    return made


def send_good(intake: httpx.Client, account: Account) -> UUID:
    answer = intake.post("/", json=payload_of(account))
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["id"])


def wait_stored(system: System, account: Account, event_id: UUID) -> dict[str, Any]:
    with api(system, account) as client:

        def found() -> dict[str, Any] | None:
            answer = client.get(f"/projects/{account.project_uuid}/requests/{event_id}")
            assert answer.status_code in (200, 404), answer.text
            return answer.json() if answer.status_code == 200 else None

        return wait_until(found)


def dead_letter(system: System, event_id: str) -> dict[str, Any]:
    with rows_of(system.environment("platform")) as rows:
        return wait_until(
            lambda: next(
                (
                    letter
                    for letter in rows.all("SELECT * FROM dead_letters")
                    if str(letter["event_id"]).replace("-", "") == event_id.replace("-", "")
                ),
                None,
            )
        )


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"{not json", {}, 400, "JSON"),
        (b"", {}, 400, ""),
        (b"[1, 2]", {}, 400, "object"),
        (b'{"a": "\xff\xfe"}', {}, 400, ""),
        (b"\x00\x00\x00", {}, 400, ""),
        (b'{"a": "' + b"x" * 11 * 1024 * 1024 + b'"}', {}, 413, ""),
        (gzip.compress(b"0" * 200_000_000), {"content-encoding": "gzip"}, 413, ""),
        (b"not gzip", {"content-encoding": "gzip"}, 400, "gzip"),
        (b"{}", {"x-api-key": ""}, 401, "key"),
    ],
    ids=[
        *("not-json", "empty", "list", "bad-utf8", "nul-bytes", "11-mb", "gzip-bomb"),
        *("broken-gzip", "no-key"),
    ],
)
def test_unreadable_is_answered_clearly_and_the_next_one_goes_through(
    body: bytes,
    headers: dict[str, str],
    status: int,
    said: str,
    intake: httpx.Client,
    system: System,
    account: Account,
) -> None:
    answer = intake.post("/", content=body, headers=headers)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]
    wait_stored(system, account, send_good(intake, account))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"api_key": "x" * 32}, "unknown_key"),
        ({"project_id": "x" * 16}, "unknown_project"),
        ({"project_id": None}, "unknown_project"),
        ({"data": None}, "missing_field"),
        ({"data": {"request": 1, "response": 2}}, "missing_field"),
        ({"data": {}}, "missing_field"),
    ],
)
def test_what_cannot_be_loaded_is_a_dead_letter_and_its_neighbours_are_loaded(
    change: dict[str, Any],
    reason: str,
    intake: httpx.Client,
    system: System,
    account: Account,
) -> None:
    before, bad, after = (str(uuid7()) for _ in range(3))
    lines = [
        payload_of(account) | {"event_id": before},
        payload_of(account) | {"event_id": bad} | change,
        payload_of(account) | {"event_id": after},
    ]
    answer = intake.post("/batch", content="\n".join(json.dumps(line) for line in lines))
    assert answer.status_code == 202, answer.text
    assert dead_letter(system, bad)["reason"] == reason
    for event_id in (before, after):
        wait_stored(system, account, UUID(event_id))


@pytest.mark.parametrize("value", [None, True, 7, -1, 1e300, "text", "\x00", [], [1], {}, NESTED])
def test_wrong_types_in_every_field_never_crash_and_never_cost_a_neighbour(
    value: Any, intake: httpx.Client, system: System, account: Account
) -> None:
    lines: list[dict[str, Any]] = []
    for part in ("server", "language", "request", "response"):
        for name in (*django_payload()["data"][part], "query", "ip", "url", "errors"):
            made = payload_of(account)
            made["data"][part][name] = value
            lines.append(made | {"event_id": str(uuid7())})
    for name in ("server", "language", "request", "response", "errors"):
        lines.append(payload_of(account, **{name: value}) | {"event_id": str(uuid7())})
    answer = intake.post("/batch", content="\n".join(json.dumps(line) for line in lines))
    assert answer.status_code == 202
    ids = {line["event_id"].replace("-", "") for line in lines}
    with rows_of(system.environment("platform")) as rows:

        def accounted_for() -> bool:
            loaded = {plain(row["uuid"]) for row in rows.all("SELECT uuid FROM requests")}
            letters = {
                plain(row["event_id"]) for row in rows.all("SELECT event_id FROM dead_letters")
            }
            assert not (loaded & letters & ids)
            return ids <= loaded | letters

        wait_until(accounted_for)


def plain(uuid: object) -> str:
    return str(uuid).replace("-", "")


def test_body_nested_a_hundred_levels_is_stored_and_shown(
    intake: httpx.Client, system: System, account: Account
) -> None:
    made = payload_of(account)
    made["data"]["response"]["body"] = NESTED
    answer = intake.post("/", json=made)
    shown = wait_stored(system, account, UUID(answer.json()["id"]))
    assert shown["details"]["response"]["body"] == NESTED


@pytest.mark.parametrize("year", [2016, 2036])
def test_clock_ten_years_off_is_stored_under_the_time_it_came_and_kept(
    year: int, intake: httpx.Client, system: System, account: Account
) -> None:
    made = payload_of(account)
    made["data"]["request"]["timestamp"] = f"{year}-03-01 12:00:00"
    event_id = UUID(intake.post("/", json=made).json()["id"])
    wait_stored(system, account, event_id)
    with rows_of(system.environment("platform")) as rows:
        [row] = [
            row for row in rows.all("SELECT * FROM requests") if plain(row["uuid"]) == event_id.hex
        ]
    assert row["requested_at"] == row["received_at"]
    assert str(row["claimed_requested_at"]).startswith(f"{year}-03-01 12:00:00")
