"""Whose request it is: by metadata, the older headers, the SDK, or as the project says."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl.event import Caller, Event
from treblle_etl.transform.caller import caller_of
from treblle_etl.transform.masking import masker_for
from treblle_etl.transform.project import ProjectSettings

from tests.support.secrets import JWT

MakeEvent = Callable[..., Event]
PLAIN = ProjectSettings(masker=masker_for((), False))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def token(claims: Any) -> str:
    parts = ({"alg": "none"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts)
    return ".".join([*encoded, "c2lnbmF0dXJl"])


def test_metadata_names_customer_and_trace(make_event: MakeEvent) -> None:
    sent = {"user-id": 7, "trace-id": "t1", "plan": "gold", "nested": {"a": 1}, "beta": True}
    event = make_event(**{"data.request.headers": {"Treblle-Metadata": json.dumps(sent)}})
    assert caller_of(event, PLAIN) == Caller(
        customer_id="7",
        trace_id="t1",
        metadata={"user-id": 7, "trace-id": "t1", "plan": "gold", "beta": True},
    )


def test_metadata_wins_over_older_headers_and_the_response_over_the_request(
    make_event: MakeEvent,
) -> None:
    asked = {"treblle-metadata": '{"user-id": "a", "x": 1}', "treblle-user-id": "old"}
    answered = {"treblle-metadata": '{"user-id": "b"}'}
    both = make_event(**{"data.request.headers": asked, "data.response.headers": answered})
    assert caller_of(both, PLAIN).customer_id == "b"
    assert caller_of(both, PLAIN).metadata == {"user-id": "b", "x": 1}
    older = make_event(**{"data.request.headers": {"treblle-user-id": "old"}})
    assert caller_of(older, PLAIN).customer_id == "old"


@pytest.mark.parametrize("name", ["treblle-tag-id", "trace-id"])
@pytest.mark.parametrize("side", ["request", "response"])
def test_older_headers_name_the_trace(name: str, side: str, make_event: MakeEvent) -> None:
    event = make_event(**{f"data.{side}.headers": {name: " t9 "}})
    assert caller_of(event, PLAIN).trace_id == "t9"


def test_trace_of_w3c_is_taken_where_none_else_is(make_event: MakeEvent) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    event = make_event(**{"data.request.headers": {"traceparent": parent}})
    assert caller_of(event, PLAIN).trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", "null", json.dumps({"user-id": "x" * 2000}), '{"user-id": {}}']
)
def test_metadata_that_is_none_names_nobody(content: str, make_event: MakeEvent) -> None:
    event = make_event(**{"data.request.headers": {"treblle-metadata": content}})
    assert caller_of(event, PLAIN).customer_id == ""


def test_our_sdk_names_the_customer_before_any_header(make_event: MakeEvent) -> None:
    event = make_event(customer_id="c1", **{"data.request.headers": {"treblle-user-id": "c2"}})
    assert caller_of(event, PLAIN).customer_id == "c1"


@pytest.mark.parametrize(
    ("claim", "customer"),
    [("sub", "ana"), ("org.id", "7"), ("https://x.example/id", "u"), ("none", ""), ("org", "")],
)
def test_claim_of_the_bearer_token_names_the_customer(
    claim: str, customer: str, make_event: MakeEvent
) -> None:
    claims = {"sub": "ana", "org": {"id": 7}, "https://x.example/id": "u"}
    event = make_event(**{"data.request.headers": {"authorization": f"Bearer {token(claims)}"}})
    project = ProjectSettings(masker=masker_for((), False), customer_claim=claim)
    assert caller_of(event, project).customer_id == customer


def test_configured_header_names_the_customer(make_event: MakeEvent) -> None:
    event = make_event(**{"data.request.headers": {"X-Tenant": "t7"}})
    project = ProjectSettings(masker=masker_for((), False), customer_header="x-tenant")
    assert caller_of(event, project).customer_id == "t7"


def test_key_that_serves_as_the_customer_is_kept_as_a_digest(make_event: MakeEvent) -> None:
    project = ProjectSettings(masker=masker_for((), False), customer_header="x-api-key")
    known = {
        key: caller_of(make_event(**{"data.request.headers": {"x-api-key": key}}), project)
        for key in ("key-one", "key-two")
    }
    assert known["key-one"].customer_id != known["key-two"].customer_id
    assert all("key-" not in caller.customer_id for caller in known.values())
    by_form = caller_of(make_event(customer_id=JWT), PLAIN)
    assert JWT not in by_form.customer_id
    assert by_form.customer_id


@given(JSON, st.text(), st.binary())
def test_any_token_and_metadata_go_in_and_nothing_is_raised(
    claims: Any, text: str, data: bytes
) -> None:
    from treblle_etl.transform import caller

    for sent in (token(claims), text, f"a.{base64.b64encode(data).decode()}.b"):
        assert isinstance(caller._claim(f"Bearer {sent}", "sub"), str)
    for content in (json.dumps(claims), text):
        assert isinstance(caller._metadata({"treblle-metadata": content}), dict)
