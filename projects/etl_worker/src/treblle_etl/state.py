"""How the pipeline is doing: measured by every listener, told to Prometheus and the staff page.

The truth comes from what is durable: raw objects in their store and rows of the ledger, so it is
the same however many workers there are and whatever they are run by.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import monotonic

import redis
from celery import Celery
from django.db import DatabaseError, close_old_connections
from django.db.models import Sum
from kombu.exceptions import OperationalError as BrokerUnavailable
from treblle_models.models import DeadLetter, Forgetting, LedgerEntry, Progress
from treblle_service import raw_objects
from treblle_service.events import EventQueue
from treblle_service.metrics import catalog
from treblle_service.pipeline_state import PipelineState, StateBoard
from treblle_service.store import ObjectStore

from treblle_etl.waiting import QUEUE, SLOW_LANE, waiting_tasks

logger = logging.getLogger(__name__)

MEASURE_EVERY_S = 10.0
# What the figures per second and of the lag look at.
WINDOW = timedelta(minutes=1)
# How far back the first look for unprocessed objects goes; later ones begin where all was done.
LOOK_BACK = timedelta(hours=1)
MAX_OBJECTS = 5000
MAX_LEDGER_ROWS = 5000
QUERY_CHUNK = 500
QUEUES = (QUEUE, SLOW_LANE, "platform")


class Measuring:
    """Measures again and again in a thread of its own; one that fails is logged and tried again."""

    def __init__(self, measure: Callable[[], PipelineState], board: StateBoard) -> None:
        self._measure = measure
        self._board = board
        self._measured_at = monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)
        catalog.STATE_AGE.follow(lambda: monotonic() - self._measured_at)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(MEASURE_EVERY_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                close_old_connections()
                state = self._measure()
                show(state)
                self._measured_at = monotonic()
                self._board.write(state)
            except (DatabaseError, OSError, BrokerUnavailable, redis.RedisError) as error:
                logger.warning("the pipeline was not measured: %s", type(error).__name__)
            self._stopped.wait(MEASURE_EVERY_S)


class Measure:
    """`Measure(…)()` is the state now. It remembers up to where all objects were processed."""

    def __init__(self, store: ObjectStore, queue: EventQueue, app: Celery) -> None:
        self._store = store
        self._queue = queue
        self._app = app
        self._done_until = raw_objects.first_key(datetime.now(UTC) - LOOK_BACK)

    def __call__(self) -> PipelineState:
        now = datetime.now(UTC)
        unprocessed = self._unprocessed()
        entries = list(
            LedgerEntry.objects.filter(processed_at__gte=now - WINDOW)
            .order_by("-processed_at")
            .values_list("object_key", "processed_at")[:MAX_LEDGER_ROWS]
        )
        counted = LedgerEntry.objects.filter(processed_at__gte=now - WINDOW).aggregate(
            Sum("loaded"), Sum("duplicates")
        )
        lags = sorted(
            (processed_at - written).total_seconds()
            for key, processed_at in entries
            if (written := raw_objects.written_at(key))
        )
        return PipelineState(
            measured_at=now,
            unprocessed_objects=len(unprocessed),
            oldest_unprocessed_s=_age(unprocessed, now),
            lag_p50_s=_quantile(lags, 0.5),
            lag_p99_s=_quantile(lags, 0.99),
            events_per_s=(counted["loaded__sum"] or 0) / WINDOW.total_seconds(),
            duplicates_per_s=(counted["duplicates__sum"] or 0) / WINDOW.total_seconds(),
            dead_letters=DeadLetter.objects.filter(replayed_at=None).count(),
            failed_forgettings=Forgetting.objects.filter(progress=Progress.FAILED).count(),
            event_queue=self._queue.depth(),
            queued_tasks={name: waiting_tasks(self._app, name) for name in QUEUES},
        )

    def _unprocessed(self) -> list[str]:
        """Keys not in the ledger, oldest first; at most MAX_OBJECTS are looked at."""
        keys = list(
            islice(self._store.keys(raw_objects.PREFIX, start_after=self._done_until), MAX_OBJECTS)
        )
        known: set[str] = set()
        for start in range(0, len(keys), QUERY_CHUNK):
            rows = LedgerEntry.objects.filter(object_key__in=keys[start : start + QUERY_CHUNK])
            known.update(rows.values_list("object_key", flat=True))
        waiting = [key for key in keys if key not in known]
        done = keys[: keys.index(waiting[0])] if waiting else keys
        # Several intakes write: an object may come to light after a younger one was done.
        settled = raw_objects.first_key(datetime.now(UTC) - WINDOW)
        if done:
            self._done_until = max(self._done_until, min(done[-1], settled))
        return waiting


def show(state: PipelineState) -> None:
    """The state as this process's figures."""
    catalog.OLDEST_UNPROCESSED.set(state.oldest_unprocessed_s)
    catalog.UNPROCESSED.set(state.unprocessed_objects)
    catalog.LAG.set(state.lag_p50_s, "0.5")
    catalog.LAG.set(state.lag_p99_s, "0.99")
    catalog.EVENTS_PER_SECOND.set(state.events_per_s)
    catalog.DUPLICATES_PER_SECOND.set(state.duplicates_per_s)
    catalog.DEAD_LETTERS.set(state.dead_letters)
    catalog.FAILED_FORGETTINGS.set(state.failed_forgettings)
    catalog.EVENT_QUEUE.set(state.event_queue)
    for queue, count in state.queued_tasks.items():
        catalog.TASK_QUEUE.set(count, queue)


def _age(keys: Sequence[str], now: datetime) -> float:
    written = next((at for key in keys if (at := raw_objects.written_at(key))), now)
    return max(0.0, (now - written).total_seconds())


def _quantile(ordered: Sequence[float], share: float) -> float:
    return max(0.0, ordered[int(share * (len(ordered) - 1))]) if ordered else 0.0
