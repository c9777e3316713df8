"""Payloads as SDKs send them, and a pipeline on real stores with a recording publisher."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from treblle_etl.event import Event, Place
from treblle_etl.extract import wire
from treblle_etl.load import checks, endpoints
from treblle_etl.load.loader import Loader
from treblle_etl.pipeline import Pipeline
from treblle_models.identity import uuid7
from treblle_models.models import Project, User
from treblle_service import raw_objects
from treblle_service.store import ObjectStore, open_store

from tests.support.payloads import django_payload

ZAGREB = Place(country="HR", region="City of Zagreb", city="Zagreb", time_zone="Europe/Zagreb")
RECEIVED = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def payload() -> Callable[..., dict[str, Any]]:
    """A payload of PyPI `treblle`, with changes by dotted path: `payload(**{"data.x": 1})`."""

    def make(**changes: Any) -> dict[str, Any]:
        made = django_payload()
        for path, value in changes.items():
            *parents, last = path.split(".")
            part = made
            for name in parents:
                part = part[name]
            part[last] = value
        return made

    return make


@pytest.fixture
def make_event(payload: Callable[..., dict[str, Any]]) -> Callable[..., Event]:
    """The event of a payload with changes by dotted path."""

    def make(**changes: Any) -> Event:
        made = wire.event_from(
            payload(**changes), uuid=uuid7(), api_key="K" * 32, received_at=RECEIVED
        )
        assert isinstance(made, Event)
        return made

    return make


class RecordingPublisher:
    """Keeps what would go to browsers."""

    def __init__(self) -> None:
        self.messages: list[tuple[UUID | str, dict[str, Any]]] = []

    def publish(self, project_uuid: UUID | str, message: dict[str, Any]) -> None:
        self.messages.append((project_uuid, message))


@pytest.fixture
def publisher() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def raw_store(tmp_path: Path) -> ObjectStore:
    return open_store(f"file://{tmp_path}/raw")


@pytest.fixture
def details_store(tmp_path: Path) -> ObjectStore:
    return open_store(f"file://{tmp_path}/details")


@pytest.fixture
def pipeline(
    raw_store: ObjectStore, details_store: ObjectStore, publisher: RecordingPublisher
) -> Iterator[Pipeline]:
    endpoints.forget()
    checks.forget()
    yield Pipeline(raw_store, Loader(details_store, publisher), lambda address: ZAGREB)
    endpoints.forget()
    checks.forget()


@pytest.fixture
def project(db: None) -> Project:
    owner = User.objects.create_user("owner@shop.example", "x", api_key="K" * 32)
    return Project.objects.create(user=owner, name="Shop", custom_id="P" * 16)


@pytest.fixture
def put_raw(raw_store: ObjectStore) -> Callable[..., str]:
    """Write payloads (or raw bytes) as the intake does; gives the object's key."""

    def put(*payloads: dict[str, Any] | bytes, ids: list[UUID] | None = None) -> str:
        lines = []
        for number, payload in enumerate(payloads):
            body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            event_id = str(ids[number] if ids else uuid7())
            at = RECEIVED.isoformat()
            lines.append(raw_objects.line(event_id, at, "K" * 32, "127.0.0.1", body))
        key = raw_objects.key_for(RECEIVED, str(uuid7()))
        raw_store.put(key, raw_objects.encode(lines))
        return key

    return put
