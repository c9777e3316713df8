"""Each request made to an API with a published SDK shows in the browser of who watches, and
stands in the database as it was.
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from embedded.system import System
from tests.support.conditions import wait_until
from tests.support.watching import ROW, Account, api, log_in, rows_of, watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)
# RFC 5737: set aside for documentation; the demo's places know it.
VISITOR = "192.0.2.7"
SDK_OVERHEAD_MS = 200
SECRET = "correct-horse-battery"
# Express names no route for a 404: it has an endpoint once learned paths have one for it.
WHEN_LEARNED = "/books/{book_id}?"


@dataclass(frozen=True)
class Asked:
    """A request to a sample API, and what must be known of it afterwards."""

    method: str
    path: str
    status: int
    body: dict[str, Any] | None = None
    endpoint: str | None = None
    query: dict[str, str] = field(default_factory=dict)


DJANGO = [
    Asked("GET", "/books", 200, endpoint="/books"),
    Asked("GET", "/books/2", 200, endpoint="/books/{id}"),
    Asked("GET", "/books/search", 200, endpoint="/books/search", query={"q": "a"}),
    Asked("GET", "/recommendations", 200, endpoint="/recommendations"),
    Asked("GET", "/books/9999", 404, endpoint="/books/{id}"),
    Asked("GET", "/no/such/page", 404),
    Asked("POST", "/login", 200, {"email": "a@example.com", "password": SECRET}, "/login"),
    Asked("POST", "/orders", 201, {"book": 1, "quantity": 1, "card_number": SECRET}, "/orders"),
    Asked("PUT", "/orders/9999", 404, {"quantity": 2}, "/orders/{id}"),
    Asked("DELETE", "/orders/9999", 404, endpoint="/orders/{id}"),
]
EXPRESS = [
    Asked("GET", "/books", 200, endpoint="/books", query={"q": "moby"}),
    Asked("GET", "/books/2", 200, endpoint="/books/{book_id}"),
    Asked("GET", "/books/9", 404, endpoint=WHEN_LEARNED),
    Asked("POST", "/login", 200, {"email": "a@example.com", "password": SECRET}, "/login"),
    Asked("PUT", "/books/3", 200, {"title": "Moby-Dick"}, "/books/{book_id}"),
    Asked("DELETE", "/books/3", 204, endpoint="/books/{book_id}"),
    Asked("GET", "/report", 500, endpoint="/report"),
]


def ask(client: httpx.Client, asked: Asked) -> httpx.Response:
    headers = {
        "User-Agent": IPHONE,
        "X-Forwarded-For": VISITOR,
        "Authorization": f"Bearer {SECRET}",
    }
    response = client.request(
        asked.method, asked.path, json=asked.body, params=asked.query, headers=headers
    )
    assert response.status_code == asked.status
    return response


def seen(page: "Page") -> set[str]:
    """The uuids of the rows on the page."""
    found = page.eval_on_selector_all(ROW, "rows => rows.map(row => row.dataset.requestUuid)")
    return set(found)


def stored(system: System, known: set[str]) -> list[dict[str, Any]]:
    with rows_of(system.environment("platform")) as rows:
        found = rows.all(
            "SELECT r.*, e.template FROM requests r LEFT JOIN endpoints e ON e.id = r.endpoint_id"
        )
    return [row for row in found if plain(row["uuid"]) not in known]


def plain(uuid: object) -> str:
    return str(uuid).replace("-", "")


def asked_and_stored(
    system: System, client: httpx.Client, wanted: list[Asked]
) -> list[tuple[Asked, httpx.Response, dict[str, Any]]]:
    """Ask one after the other, and find the row of each."""
    together = []
    known = {plain(row["uuid"]) for row in stored(system, set())}
    for asked in wanted:
        response = ask(client, asked)
        [row] = wait_until(lambda: stored(system, known))
        known.add(plain(row["uuid"]))
        together.append((asked, response, row))
    return together


def check_row(asked: Asked, response: httpx.Response, row: dict[str, Any]) -> None:
    assert (row["method"], row["path"], row["status"]) == (asked.method, asked.path, asked.status)
    if asked.endpoint == WHEN_LEARNED:
        assert row["template"] in (None, WHEN_LEARNED.removesuffix("?"))
    else:
        assert row["template"] == asked.endpoint
    # The API's own share of what the visitor waited for; npm's SDKs stop their watch later,
    # but a thousandth or a thousandfold of it would be another unit.
    assert 0 < row["load_time_ms"] < response.elapsed.total_seconds() * 1000 + SDK_OVERHEAD_MS
    assert row["ip"] == VISITOR
    assert (row["country"], row["city"]) == ("HR", "Zagreb")
    assert (row["os"], row["device"], row["app"]) == ("iOS", "iPhone", "Mobile Safari")
    assert row["claimed_requested_at"] is None


def check_details(system: System, account: Account, asked: Asked, row: dict[str, Any]) -> None:
    with api(system, account) as client:
        shown = client.get(f"/projects/{account.project_uuid}/requests/{UUID(row['uuid'])}").json()
    assert SECRET not in json.dumps(shown)
    details = shown["details"]
    assert details["request"]["headers"]["authorization"] == "Bearer ****"
    assert details["request"]["query"] == asked.query
    if asked.body:
        assert set(details["request"]["body"]) == set(asked.body)


def check_page(page: "Page", together: list[tuple[Asked, httpx.Response, dict[str, Any]]]) -> None:
    """All are on the page, which was not loaded anew."""
    wanted = {plain(row["uuid"]) for _, _, row in together}
    wait_until(lambda: wanted <= {plain(uuid) for uuid in seen(page)})
    assert page.evaluate("window.notReloaded") is True
    asked, _, row = together[-1]
    shown = page.locator(f"{ROW}").first.inner_text()
    assert asked.method in shown
    assert str(row["status"]) in shown


@pytest.fixture
def watching(page: "Page", system: System, account: Account) -> "Page":
    log_in(page, system, account)
    watch(page, system, account)
    page.evaluate("window.notReloaded = true")
    return page


def test_requests_to_django_with_the_pypi_sdk_show_and_stand_as_they_were(
    watching: "Page", system: System, account: Account, django_api: httpx.Client
) -> None:
    together = asked_and_stored(system, django_api, DJANGO)
    for asked, response, row in together:
        check_row(asked, response, row)
        assert row["response_size_bytes"] == len(response.content)
        check_details(system, account, asked, row)
    check_page(watching, together)


def test_requests_to_express_with_the_npm_sdks_show_and_stand_as_they_were(
    watching: "Page", system: System, account: Account, express_api: httpx.Client
) -> None:
    together = asked_and_stored(system, express_api, EXPRESS)
    for asked, response, row in together:
        check_row(asked, response, row)
        check_details(system, account, asked, row)
    check_page(watching, together)


def test_secrets_are_nowhere_but_in_the_raw_objects(
    system: System, account: Account, django_api: httpx.Client
) -> None:
    asked_and_stored(system, django_api, [DJANGO[6]])
    folder = system.folder.path
    database = b"".join(path.read_bytes() for path in folder.glob("treblle.db*"))
    assert SECRET.encode() not in database
    with api(system, account) as client:
        listed = client.get(f"/projects/{account.project_uuid}/requests").text
    assert SECRET not in listed
