"""Requests that fail alike have one fingerprint, and others have not."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl.event import Event
from treblle_etl.transform.problems import (
    failure_of,
    fingerprint_of,
    is_of,
    moved,
    normalised,
    slow_failure_of,
    stated_error,
)

MakeEvent = Callable[..., Event]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("User 17 not found", "User <number> not found"),
        ("No row 550e8400-e29b-41d4-a716-446655440000", "No row <uuid>"),
        ("invalid literal for int(): 'abc'", "invalid literal for int(): <quoted>"),
        ("cannot mail ana@example.com", "cannot mail <email>"),
        ("timeout of https://db.example/x?y=1 after 3.5 s", "timeout of <url> after <number> s"),
        ("object at 0x7f3a99\n  failed", "object at <hex> failed"),
        ("key cus_NffrFeUfNV2Hib", "key <id>"),
        ("secret **** refused", "secret <hidden> refused"),
    ],
)
def test_what_differs_between_occurrences_is_left_out(message: str, plain: str) -> None:
    assert normalised(message) == plain


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        ({"type": "https://x.example/out", "title": "Out of credit", "status": 403}, ("https://x.example/out", "Out of credit")),
        ({"error": "invalid_grant", "error_description": "expired"}, ("invalid_grant", "expired")),
        ({"error": {"code": "card_declined", "message": "Declined"}}, ("card_declined", "Declined")),
        ({"errors": [{"message": "Bad field"}]}, ("", "Bad field")),
        ({"detail": "Not found."}, ("", "Not found.")),
        ({"error": "Not found"}, ("", "Not found")),
        ("plain text", ("", "plain text")),
        (None, ("", "")),
        ({"a": 1}, ("", "")),
    ],
)  # fmt: skip
def test_type_and_message_are_read_from_error_bodies(body: Any, stated: tuple[str, str]) -> None:
    assert stated_error(body) == stated


def test_exception_goes_before_the_status(make_event: MakeEvent) -> None:
    raised = {"source": "onException", "type": "KeyError", "message": "'a'", "file": "x", "line": 1}
    failure = failure_of(make_event(**{"data.errors": [raised], "data.response.code": 500}))
    assert failure is not None
    assert (failure.kind, failure.error_type, failure.normalised) == (
        "exception",
        "KeyError",
        "<quoted>",
    )


@pytest.mark.parametrize(("status", "kind"), [(200, None), (302, None), (404, "client_error"), (503, "server_error")])  # fmt: skip
def test_status_alone_makes_a_failure(status: int, kind: str | None, make_event: MakeEvent) -> None:
    failure = failure_of(make_event(**{"data.response.code": status}))
    assert (failure.kind if failure else None) == kind


def test_body_an_sdk_could_not_read_is_no_failure(make_event: MakeEvent) -> None:
    unread = {"source": "response", "type": "INVALID_JSON", "message": "not JSON"}
    assert failure_of(make_event(**{"data.errors": [unread]})) is None


def test_fingerprint_is_of_endpoint_status_type_and_plain_message(make_event: MakeEvent) -> None:
    def of(message: str, code: int = 404, endpoint_id: int | None = 7, method: str = "GET") -> str:
        event = make_event(
            **{"data.response.code": code, "data.response.body": {"message": message}}
        )
        failure = failure_of(event)
        assert failure is not None
        return fingerprint_of(failure, endpoint_id, method)

    assert of("User 17 not found") == of("User 18 not found")
    nowhere = of("x", endpoint_id=None)
    others = {of("x"), of("x", code=400), of("x", endpoint_id=8), of("y"), nowhere}
    assert len(others) == 5
    assert of("x", method="PUT") == of("x")
    assert of("x", endpoint_id=None, method="PUT") != nowhere
    assert moved(of("x"), 8, "GET") == of("x", endpoint_id=8)
    assert is_of(of("x"), 7, "GET")
    assert not is_of(of("x"), 8, "GET")
    # Written down: it must be the same in every process and release.
    assert of("x") == "7902699be42c8a8e46fbbb4501726517be22cb06266f0762fc1c6d38be220138"


@pytest.mark.parametrize(
    ("load_time_ms", "usual", "is_slow"),
    [(999, 10, False), (1000, 10, True), (5000, 2000, False), (6000, 2000, True), (9999, None, False), (None, 10, False)],
)  # fmt: skip
def test_slow_is_what_takes_much_longer_than_usual(
    load_time_ms: float | None, usual: float | None, is_slow: bool
) -> None:
    assert (slow_failure_of(load_time_ms, usual) is not None) == is_slow


@given(JSON, st.text())
def test_any_body_and_message_go_in_and_texts_come_out(body: Any, message: str) -> None:
    kind, text = stated_error(body)
    assert isinstance(kind, str)
    assert isinstance(text, str)
    assert len(normalised(message)) <= 255
    assert normalised(normalised(message)).count("<number>") <= message.count("") * 2
