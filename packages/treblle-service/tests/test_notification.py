"""Event notifications are written and read as S3 writes them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_service.events import BadNotification, keys_of, notification_for, traces_of

# As Amazon S3 documents it ("Event message structure"): a blank is "+", the rest is %-escaped.
AS_S3_SENDS_IT = json.dumps(
    {
        "Records": [
            {"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "in/red+flower.jpg"}}},
            {"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "in/a%2Bb%C3%BC.jpg"}}},
        ]
    }
)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_key_comes_back_whatever_is_in_it(key: str) -> None:
    assert keys_of(notification_for(key, 1)) == [key]


def test_what_s3_sends_is_read() -> None:
    assert keys_of(AS_S3_SENDS_IT) == ["in/red flower.jpg", "in/a+bü.jpg"]


def test_traces_go_along_and_change_nothing_of_what_s3_would_say() -> None:
    traced = notification_for("raw/v1/x", 1, traces={"018e": "00-ab-cd-01"})
    assert traces_of(traced) == {"018e": "00-ab-cd-01"}
    assert keys_of(traced) == ["raw/v1/x"]
    assert "traces" not in notification_for("raw/v1/x", 1)


@pytest.mark.parametrize("body", [AS_S3_SENDS_IT, "no json", "[]", '{"traces": 3}'])
def test_a_message_without_traces_has_none(body: str) -> None:
    assert traces_of(body) == {}


def test_the_prefix_of_the_store_is_taken_off() -> None:
    assert keys_of(AS_S3_SENDS_IT, prefix="in/") == ["red flower.jpg", "a+bü.jpg"]


def test_the_test_event_of_s3_names_no_key() -> None:
    assert keys_of('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}') == []


@pytest.mark.parametrize(
    "body", ["", "no json", "[]", "{}", '{"Records": [{}]}', '{"Records": 3}', "null", '{"a": 1']
)
def test_anything_else_is_no_notification(body: str) -> None:
    with pytest.raises(BadNotification):
        keys_of(body)
