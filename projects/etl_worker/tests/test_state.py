"""The pipeline's state is what raw store, ledger and queues say."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis
from celery import Celery
from treblle_etl.state import Measure, Measuring, show
from treblle_etl.waiting import QUEUE, SLOW_LANE
from treblle_models.identity import uuid7
from treblle_models.models import DeadLetter, Forgetting, LedgerEntry
from treblle_service import raw_objects
from treblle_service.events import open_queue
from treblle_service.metrics import exposition
from treblle_service.pipeline_state import NAME, PipelineState, StateBoard
from treblle_service.store import ObjectStore

from tests.support.conditions import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(valkey: redis.Redis, valkey_url: str) -> Iterator[Celery]:
    app = Celery("test", broker=f"{valkey_url}/1", set_as_current=False)
    yield app
    app.close()


@pytest.fixture
def measure(raw_store: ObjectStore, app: Celery, valkey_url: str) -> Measure:
    return Measure(raw_store, open_queue(f"{valkey_url}/2?stream=state"), app)


@pytest.fixture
def put(raw_store: ObjectStore) -> Callable[..., str]:
    def write(age_s: float, *, loaded: int | None = None) -> str:
        """An object written so long ago, and where `loaded` is given, its row in the ledger."""
        at = datetime.now(UTC) - timedelta(seconds=age_s)
        name = raw_objects.first_key(at).rpartition("/")[2][:23] + str(uuid7())[23:]
        key = raw_objects.key_for(at, name)
        raw_store.put(key, b"-")
        if loaded is not None:
            done = at + timedelta(seconds=2)
            LedgerEntry.objects.create(object_key=key, processed_at=done, loaded=loaded)
        return key

    return write


def test_an_idle_pipeline_has_nothing_waiting(measure: Measure) -> None:
    state = measure()
    assert (state.unprocessed_objects, state.oldest_unprocessed_s, state.dead_letters) == (0, 0, 0)
    assert state.queued_tasks == {QUEUE: 0, SLOW_LANE: 0, "platform": 0}


def test_the_age_of_the_oldest_object_without_a_row_in_the_ledger_is_told(
    measure: Measure, put: Callable[..., str]
) -> None:
    put(300, loaded=1)
    oldest = put(120)
    put(30)
    state = measure()
    assert state.unprocessed_objects == 2
    assert 119 < state.oldest_unprocessed_s < 180
    LedgerEntry.objects.create(object_key=oldest, processed_at=datetime.now(UTC))
    assert measure().unprocessed_objects == 1


def test_an_object_that_comes_to_light_late_is_still_seen(
    measure: Measure, put: Callable[..., str]
) -> None:
    put(5, loaded=1)
    measure()
    put(20)
    assert measure().unprocessed_objects == 1


def test_lag_and_rates_are_those_of_the_last_minute(
    measure: Measure, put: Callable[..., str]
) -> None:
    put(3000, loaded=9999)
    for _ in range(3):
        put(20, loaded=100)
    state = measure()
    assert state.events_per_s == pytest.approx(5.0)
    assert state.lag_p50_s == pytest.approx(2.0, abs=0.1)
    assert state.lag_p99_s == pytest.approx(2.0, abs=0.1)


def test_dead_letters_count_until_they_are_replayed(measure: Measure) -> None:
    DeadLetter.objects.create(object_key="a", reason="refused", message="")
    DeadLetter.objects.create(
        object_key="b", reason="refused", message="", replayed_at=datetime.now(UTC)
    )
    assert measure().dead_letters == 1


def test_tasks_at_the_broker_are_counted_by_queue(measure: Measure, app: Celery) -> None:
    app.send_task("anything", queue="etl")
    app.send_task("anything", queue="etl")
    assert measure().queued_tasks == {QUEUE: 2, SLOW_LANE: 0, "platform": 0}


def test_orders_to_forget_that_were_given_up_are_counted(measure: Measure) -> None:
    for progress in ("failed", "running", "done", "failed"):
        Forgetting.objects.create(project_uuid=uuid7(), erasure_uuid=uuid7(), progress=progress)
    assert measure().failed_forgettings == 2


def test_what_was_measured_is_told_to_prometheus_and_in_the_cache(
    valkey: redis.Redis, valkey_url: str
) -> None:
    state = PipelineState(
        datetime.now(UTC), dead_letters=3, failed_forgettings=2, queued_tasks={"etl": 7}
    )
    board = StateBoard(f"{valkey_url}/0")
    assert board.read() is None
    measuring = Measuring(lambda: state, board)
    measuring.start()
    wait_until(lambda: board.read() == state)
    measuring.stop()
    told = exposition.render().decode()
    assert "treblle_pipeline_dead_letters 3.0" in told
    assert "treblle_pipeline_failed_forgettings 2.0" in told
    assert 'treblle_pipeline_queued_tasks{queue="etl"} 7.0' in told
    assert "treblle_pipeline_state_age_seconds" in told
    valkey.set(NAME, b'{"of": "another release"}')
    assert board.read() is None


def test_every_figure_of_the_state_is_shown() -> None:
    show(PipelineState(datetime.now(UTC), lag_p99_s=4.5))
    assert 'treblle_pipeline_lag_seconds{quantile="0.99"} 4.5' in exposition.render().decode()
