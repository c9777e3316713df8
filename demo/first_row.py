"""Waiting for the first request that went the whole way: SDK, intake, ETL, database, API."""

import http.client
import json
import time
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from demo.account import Account
from embedded.system import System

ASK_EVERY_S: Final = 0.05
TIMEOUT_S: Final = 45.0


class NoRow(RuntimeError):
    """Nothing came through."""


def wait_for_row(system: System, account: Account, since: datetime) -> None:
    """Return when the API lists a request received after `since`. Raises `NoRow`."""
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        newest = newest_row(system.url("api"), account)
        if newest is not None and datetime.fromisoformat(newest["received_at"]) > since:
            return
        if system.supervisor.wait_failed(ASK_EVERY_S):
            system.wait()
    raise NoRow(
        f"No request has come through within {TIMEOUT_S:.0f} s, though all runs. The lines of"
        " sample-api, intake, listener and etl-worker above may say why."
    )


def newest_row(api_url: str, account: Account) -> dict[str, Any] | None:
    """The newest request the API lists; None while there is none or the API is not there yet."""
    connection = http.client.HTTPConnection(urlsplit(api_url).netloc, timeout=TIMEOUT_S)
    headers = {"Authorization": f"Bearer {account.api_token}"}
    try:
        connection.request("GET", f"/v1/projects/{account.project_uuid}/requests", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            return None
        results: list[dict[str, Any]] = json.loads(answer.read())["results"]
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return results[0] if results else None


def now() -> datetime:
    return datetime.now(UTC)
