"""`trace` tells where an event is, whatever became of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from treblle_etl.pipeline import Pipeline
from treblle_models.identity import uuid7
from treblle_models.models import Project
from treblle_service import raw_objects
from treblle_service.store import ObjectStore


@pytest.fixture
def told(settings: Any, tmp_path: Any) -> Callable[[object], str]:
    settings.RAW_STORE_URL = f"file://{tmp_path}/raw"

    def tell(event_id: object) -> str:
        written = StringIO()
        call_command("trace", str(event_id), stdout=written)
        return written.getvalue()

    return tell


@pytest.fixture
def put_now(raw_store: ObjectStore, payload: Callable[..., Any]) -> Callable[..., str]:
    def put(event_id: object, body: bytes) -> str:
        now = datetime.now(UTC)
        line = raw_objects.line(str(event_id), now.isoformat(), "K" * 32, "127.0.0.1", body)
        key = raw_objects.key_for(now, str(uuid7()))
        raw_store.put(key, raw_objects.encode([line]))
        return key

    return put


def test_an_event_is_followed_from_its_raw_object_to_its_row(
    pipeline: Pipeline, project: Project, put_now: Any, payload: Any, told: Any
) -> None:
    event_id = uuid7()
    key = put_now(event_id, json.dumps(payload()).encode())
    assert "not processed yet" in told(event_id)
    pipeline.process([key])
    text = told(event_id)
    assert key in text
    assert "1 loaded" in text
    assert str(project.uuid) in text
    assert "details/v1/" in text


def test_a_dead_letter_is_told_with_its_reason(
    pipeline: Pipeline, project: Project, put_now: Any, told: Any
) -> None:
    event_id = uuid7()
    pipeline.process([put_now(event_id, b'{"no": "payload"}')])
    text = told(event_id)
    assert "dead letter" in text
    assert "1 dead letters" in text
    assert "row            none" in text


@pytest.mark.django_db
def test_of_an_event_nobody_sent_it_says_that_there_is_none(told: Any) -> None:
    assert "raw object     none within" in told(uuid7())
