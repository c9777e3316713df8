"""Typed events of an API that does everything well, to be spoiled one thing at a time."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from treblle_etl.event import Event, SdkError

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDER = {
    "id": "018f2a3e-77aa-7bbb-8ccc-0123456789ab",
    "status": "paid",
    "created_at": "2026-03-01T12:00:00Z",
    "customer": {"first_name": "Ana", "email": "ana@mail.example"},
    "items": [{"sku": "A-1", "quantity": 2}],
}
ASKED = {
    "host": "api.shop.example",
    "accept": "application/json",
    "accept-encoding": "gzip",
    "authorization": "Bearer ****",
    "x-forwarded-proto": "https",
}
ANSWERED = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-encoding": "gzip",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'",
    "ratelimit": "limit=100, remaining=99, reset=10",
}
GOOD = Event(
    uuid=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
    api_key="K" * 32,
    project_custom_id="P" * 16,
    received_at=AT,
    requested_at=AT,
    claimed_requested_at=None,
    method="GET",
    host="api.shop.example",
    path="/v1/orders/018f2a3e-77aa-7bbb-8ccc-0123456789ab",
    query={"page": "2"},
    route=None,
    ip="203.0.113.9",
    user_agent="okhttp/4.9",
    request_headers=ASKED,
    request_body=None,
    request_size_bytes=None,
    status=200,
    load_time_ms=12.5,
    response_headers=ANSWERED,
    response_body=ORDER,
    response_size_bytes=2000,
    errors=(),
    sdk="django",
    sdk_version="2.0.6",
    server={"protocol": "HTTP/1.1"},
    language={},
    scheme="http",
)
INVALID_JSON = SdkError("onError", "INVALID_JSON", "Invalid JSON format", None, None)


def event(
    asked: dict[str, Any] | None = None, answered: dict[str, Any] | None = None, **changes: Any
) -> Event:
    """`GOOD` with changes; headers are added, and taken away where their value is None."""
    return msgspec.structs.replace(
        GOOD,
        request_headers=_headers(ASKED, asked),
        response_headers=_headers(ANSWERED, answered),
        **changes,
    )


def _headers(usual: dict[str, Any], changed: dict[str, Any] | None) -> dict[str, Any]:
    merged = usual | (changed or {})
    return {name: value for name, value in merged.items() if value is not None}
