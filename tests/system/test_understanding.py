"""What the ETL understands of an API, and what people say of it: through pages and API, processes real."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from embedded.system import System
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, api, log_in, make_account

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A round of learning, then tasks in a process that works on other things first.
PATIENCE_S = 90
# The API answers 429 to who asks it without a pause.
ASK_EVERY_S = 0.5
ROOMS = ("attic", "cellar")
DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "Hotel", "version": "1"},
    "basePath": "/",
    "paths": {
        "/rooms/{name}": {
            "get": {
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "type": "string"},
                    {"name": "x", "in": "query", "type": "string"},
                ],
                "responses": {
                    "200": {"description": "A room", "schema": {"$ref": "#/definitions/Room"}},
                    "500": {"description": "Broken"},
                },
            }
        },
        "/minibars": {"get": {"responses": {"200": {"description": "All"}}}},
    },
    "definitions": {"Room": {"allOf": [{"properties": {"id": {"type": "string"}}}]}},
}

Send = Callable[..., None]


@pytest.fixture(scope="module")
def hotel(system: System) -> Account:
    return make_account(system, "hotel@treblle.localhost")


@pytest.fixture
def send(system: System, hotel: Account) -> Send:
    """`send("/rooms/attic", 3, status=500)`: as an SDK without a framework's routes sends it."""

    def send(path: str, times: int = 1, *, status: int = 200, body: Any = None) -> None:
        made = django_payload() | {"api_key": hotel.api_key, "project_id": hotel.project_id}
        made["data"]["request"] |= {"method": "GET", "url": f"http://hotel.example{path}"}
        made["data"]["request"] |= {"body": None, "route_path": None}
        made["data"]["response"] |= {"code": status, "body": body or {"id": 7}}
        line = json.dumps(made)
        with httpx.Client(headers={"x-api-key": hotel.api_key}, timeout=30) as client:
            lines = "\n".join([line] * times)
            assert client.post(f"{system.url('intake')}/batch", content=lines).status_code == 202

    return send


def test_what_people_say_of_endpoints_is_heeded_by_what_runs(
    system: System, hotel: Account, send: Send, page: "Page"
) -> None:
    with api(system, hotel) as client:
        root = f"/projects/{hotel.project_uuid}"

        def rows(name: str, **query: Any) -> list[dict[str, Any]]:
            answer = client.get(f"{root}/{name}", params={"page_size": 100, **query})
            found: list[dict[str, Any]] = answer.json()["results"]
            return found

        def endpoints(**query: Any) -> dict[str, str]:
            return {each["template"]: each["uuid"] for each in rows("endpoints", **query)}

        def occurrences() -> list[tuple[str, int]]:
            return [(each["uuid"], each["occurrences"]) for each in rows("problems", state="open")]

        def counted() -> int:
            page.goto(f"{base}/endpoints/{endpoints(is_ignored='false')['/health']}/")
            return int(page.locator("dl.tiles dd").first.get_attribute("title") or 0)

        for room in ROOMS:
            send(f"/rooms/{room}", 55)
        send("/rooms/attic", 2, status=500, body={"message": "no light"})
        send("/health", 3)
        wait_until(
            lambda: len(occurrences()) == 1 and len(endpoints()) == 3,
            within_s=PATIENCE_S,
            every_s=ASK_EVERY_S,
        )
        wait_until(lambda: rows("documents"), within_s=PATIENCE_S, every_s=ASK_EVERY_S)
        problem = occurrences()[0][0]

        log_in(page, system, hotel)
        base = f"{system.url('platform')}/projects/{hotel.project_uuid}"

        # Two become one, with their history and their problem.
        page.goto(f"{base}/endpoints/{endpoints()['/rooms/attic']}/")
        page.select_option("#merge_into", endpoints()["/rooms/cellar"])
        page.fill("#merge_template", "/rooms/{room}")
        page.click("#corrections button:has-text('Merge')")
        page.wait_for_selector("text=It is GET /rooms/{room} now")
        send("/rooms/loft", 1, status=500, body={"message": "no light"})
        wait_until(
            lambda: occurrences() == [(problem, 3)], within_s=PATIENCE_S, every_s=ASK_EVERY_S
        )
        assert set(endpoints()) == {"/rooms/{room}", "/health"}

        # Another name holds for what comes from then on, and the problem stays.
        rooms = endpoints()["/rooms/{room}"]
        page.goto(f"{base}/endpoints/{rooms}/")
        page.fill("#corrections input[name=template] >> nth=0", "/rooms/{name}")
        page.click("#corrections button:has-text('Save the names')")
        page.wait_for_selector("text=The name was changed.")
        send("/rooms/porch", 1, status=500, body={"message": "no light"})
        wait_until(
            lambda: occurrences() == [(problem, 4)], within_s=PATIENCE_S, every_s=ASK_EVERY_S
        )
        assert endpoints()["/rooms/{name}"] == rooms
        wait_until(
            lambda: len(rows("requests", endpoint=rooms)) == 100,
            within_s=PATIENCE_S,
            every_s=ASK_EVERY_S,
        )

        # What is ignored counts nowhere, and counts again when a person says so.
        wait_until(lambda: counted() == 3, within_s=PATIENCE_S, every_s=ASK_EVERY_S)
        page.click("#corrections button:has-text('Ignore')")
        page.wait_for_selector("text=it counts nowhere.")
        health = endpoints(is_ignored="true")["/health"]
        address = f"{base}/endpoints/{health}/"

        def shown() -> str | None:
            page.goto(address)
            return page.locator("dl.tiles dd").first.get_attribute("title")

        wait_until(lambda: shown() == "0", within_s=PATIENCE_S)
        send("/health", 2)
        page.click("#corrections button:has-text('Count again')")
        page.wait_for_selector("text=It counts again.")
        wait_until(lambda: shown() == "5", within_s=PATIENCE_S)
        wait_until(lambda: page.goto(address) and not page.query_selector("#history-left"),
                   within_s=PATIENCE_S)  # fmt: skip

        # The team's own document is compared, in words.
        answer = client.post(f"{root}/documents", json=DOCUMENT)
        assert answer.status_code == 201

        def said() -> list[str]:
            page.goto(f"{base}/docs/changes/?source=upload&sort=seen")
            return page.locator("tbody th[scope=row]").all_inner_texts()

        wanted = (
            "GET /health is called, but not in the document",
            "GET /minibars is never called",
            "GET /rooms/{name} 200: id is integer in traffic, string in the document",
        )
        wait_until(
            lambda: (
                len(said()) == len(wanted)
                and all(any(text in cell for cell in said()) for text in wanted)
            ),
            within_s=PATIENCE_S,
        )
