"""The side port of Celery's processes, how long their tasks take, and when they may begin."""

from time import perf_counter
from typing import Any

from celery import signals

from treblle_service.metrics import catalog
from treblle_service.side_port import SidePort, serve

_began: dict[str, float] = {}


class _Start:
    """Of a worker: over once it takes tasks."""

    is_over = False

    def check(self) -> None:
        if not self.is_over:
            raise InterruptedError("it takes no tasks yet")


_started = _Start()


def open_at(place: SidePort) -> None:
    """Serve from before this process's worker or beat begins; nothing where it is off."""
    if not place.port:
        return
    from treblle_service.django.health import probes

    def worker(**_: Any) -> None:
        serve(place, probes(("database", "broker")) | {"worker": _started.check})

    def ready(**_: Any) -> None:
        _started.is_over = True

    def beat(**_: Any) -> None:
        serve(place, probes(("broker",)))

    signals.celeryd_after_setup.connect(worker, weak=False)
    signals.worker_ready.connect(ready, weak=False)
    signals.beat_init.connect(beat, weak=False)
    signals.task_prerun.connect(_begin, weak=False)
    signals.task_postrun.connect(_end, weak=False)


def begin_with_the_schema() -> None:
    """Have this process's worker take no task before the database has what this release needs."""
    signals.celeryd_after_setup.connect(_wait, weak=False)


def _wait(**_: Any) -> None:
    from treblle_service.django import schema

    schema.wait()


def _begin(task_id: str, **_: Any) -> None:
    _began[task_id] = perf_counter()


def _end(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    if (began := _began.pop(task_id, None)) is not None:
        catalog.TASK_SECONDS.observe(perf_counter() - began, task.name, (state or "lost").lower())
