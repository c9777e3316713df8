"""Whatever an SDK sends, it is understood without an exception."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.event import Event, Place, Understood
from treblle_etl.extract import wire
from treblle_etl.transform.masking import masker_for
from treblle_etl.transform.paths import Templates
from treblle_etl.transform.project import ProjectSettings
from treblle_etl.transform.understand import understand

RECEIVED = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROJECT = ProjectSettings(
    masker=masker_for(("own",), True),
    templates=Templates(),
    customer_header="x-customer",
    customer_claim="sub.id",
)
# Names and values that some insight looks at, beside any others.
NAMES = st.sampled_from(
    ["password", "email", "createdAt", "next", "$ne", "card_number", "", "own", "errors", "a.b"]
) | st.text(max_size=8)
TEXTS = st.sampled_from(
    ["' or 1=1 --", "4111 1111 1111 1111", "a@b.example", "2026-03-01", "{\"token\": [", "<a>",
     "Bearer eyJhbGciOiJ9.eyJzdWIiOnsiaWQiOjd9fQ.x", "{\"user-id\": {}}", "\x00"]
) | st.text(max_size=12)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["authorization", "treblle-metadata", "x-customer", "traceparent", "content-type",
         "forwarded", "set-cookie", "cache-control", "x-forwarded-proto", "Accept"]
    ),
    TEXTS | st.lists(TEXTS, max_size=2) | JSON,
    max_size=4,
)  # fmt: skip
PAYLOADS = st.fixed_dictionaries(
    {
        "sdk": st.sampled_from(["django", "express"]) | JSON,
        "customer_id": TEXTS,
        "data": st.fixed_dictionaries(
            {
                "server": JSON,
                "language": JSON,
                "errors": st.lists(
                    st.dictionaries(st.sampled_from(["type", "message", "file", "line"]), JSON),
                    max_size=2,
                ),
                "request": st.fixed_dictionaries(
                    {
                        "url": TEXTS.map("https://shop.example/v1/{}?x=1".format),
                        "method": st.sampled_from(["GET", "POST", "DELETE", "TRACE"]),
                        "ip": TEXTS,
                        "user_agent": TEXTS,
                        "timestamp": JSON,
                        "route_path": JSON,
                        "query": JSON,
                        "headers": HEADERS,
                        "body": JSON,
                    }
                ),
                "response": st.fixed_dictionaries(
                    {
                        "code": st.sampled_from([200, 204, 301, 404, 500, 599]),
                        "load_time": JSON,
                        "size": JSON,
                        "headers": HEADERS,
                        "body": JSON,
                    }
                ),
            }
        ),
    }
)


@settings(deadline=None, max_examples=50)
@given(payload=PAYLOADS)
def test_any_payload_is_understood(payload: dict[str, Any]) -> None:
    event = wire.event_from(payload, uuid=UUID(int=7), api_key="k" * 32, received_at=RECEIVED)
    if not isinstance(event, Event):
        assert "url" in event.message  # such as one with half an IPv6 address
        return
    found = understand(event, place_of=lambda address: Place(), project=PROJECT)
    assert isinstance(found, Understood)
    assert set(msgspec.json.decode(found.details)) >= {"request", "response", "errors"}
