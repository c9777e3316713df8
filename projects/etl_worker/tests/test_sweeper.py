"""Objects whose event or task was lost are found; those that never finish come to an end."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from treblle_etl import sweeper
from treblle_models.models import DeadLetter, LedgerEntry
from treblle_service import raw_objects
from treblle_service.store import open_store


@pytest.fixture
def store_url(tmp_path: Any, s3_bucket_url: str, request: pytest.FixtureRequest) -> str:
    return f"file://{tmp_path}/raw" if request.param == "folder" else s3_bucket_url


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """Keys that would go to workers: the broker is not what is tested here."""
    keys: list[str] = []

    def send_task(name: str, kwargs: dict[str, list[str]]) -> None:
        assert name == "treblle_etl.process_objects"
        keys.extend(kwargs["keys"])

    with patch.object(sweeper.app, "send_task", send_task):
        yield keys


@pytest.fixture
def put(store_url: str) -> Callable[[timedelta], str]:
    store = open_store(store_url)

    def write(age: timedelta) -> str:
        at = datetime.now(UTC) - age
        name = UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | len(str(age)))
        key = raw_objects.key_for(at, str(name))
        store.put(key, b"-")
        return key

    return write


@pytest.fixture(autouse=True)
def sweep_settings(settings: Any, store_url: str) -> None:
    settings.RAW_STORE_URL = store_url
    settings.SWEEP_AFTER_S = 60
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("store_url", ["folder", "s3"], indirect=True),
]


def test_lost_objects_are_sent_again_and_others_are_left_alone(
    put: Callable[[timedelta], str], sent: list[str]
) -> None:
    lost = [put(timedelta(minutes=minutes)) for minutes in (2, 70, 130)]
    too_young, too_old = put(timedelta(seconds=5)), put(timedelta(hours=5))
    done = put(timedelta(minutes=3))
    LedgerEntry.objects.create(object_key=done, processed_at=datetime.now(UTC))
    found = sweeper.sweep(window_s=3 * 3600)
    assert set(sent) == set(lost)
    assert too_young not in sent
    assert too_old not in sent
    assert found.sent == 3


def test_object_that_never_finishes_ends_as_a_dead_letter(
    put: Callable[[timedelta], str], sent: list[str]
) -> None:
    key = put(timedelta(minutes=2))
    for _ in range(sweeper.MAX_SWEEPS + 3):
        sweeper.sweep(window_s=3600)
    assert sent == [key] * sweeper.MAX_SWEEPS
    assert DeadLetter.objects.get().reason == "gave_up"
    assert LedgerEntry.objects.get().object_key == key


@pytest.mark.parametrize(
    ("behind_s", "found_again"), [(100.0, {"far behind"}), (None, set())], ids=["slow", "stuck"]
)
def test_backlog_is_not_taken_for_a_loss(
    put: Callable[[timedelta], str],
    sent: list[str],
    monkeypatch: pytest.MonkeyPatch,
    behind_s: float | None,
    found_again: set[str],
) -> None:
    """Tasks wait, and what they load is so old; or they wait and none has ended for a while."""
    keys = {
        "waits its turn": put(timedelta(seconds=200)),
        "far behind": put(timedelta(seconds=400)),
    }
    monkeypatch.setattr(sweeper, "waiting_tasks", lambda _app, queue: int(queue == "etl"))
    monkeypatch.setattr(sweeper.lag, "current", lambda **_: behind_s)
    sweeper.sweep(window_s=3600)
    assert set(sent) == {keys[name] for name in found_again}
    # Once nothing waits, age alone says what is lost.
    monkeypatch.setattr(sweeper, "waiting_tasks", lambda _app, _queue: 0)
    sweeper.sweep(window_s=3600)
    assert set(sent) == set(keys.values())
