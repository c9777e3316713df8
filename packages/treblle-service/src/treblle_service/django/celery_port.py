"""The side port of Celery's processes, and how long their tasks take."""

from time import perf_counter
from typing import Any

from celery import signals

from treblle_service.metrics import catalog
from treblle_service.side_port import SidePort, serve

_began: dict[str, float] = {}


def open_at(place: SidePort) -> None:
    """Serve once this process's worker is ready, or its beat begins; nothing where it is off."""
    if not place.port:
        return
    from treblle_service.django.health import probes

    def worker(**_: Any) -> None:
        serve(place, probes(("database", "broker")))

    def beat(**_: Any) -> None:
        serve(place, probes(("broker",)))

    signals.worker_ready.connect(worker, weak=False)
    signals.beat_init.connect(beat, weak=False)
    signals.task_prerun.connect(_begin, weak=False)
    signals.task_postrun.connect(_end, weak=False)


def _begin(task_id: str, **_: Any) -> None:
    _began[task_id] = perf_counter()


def _end(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    if (began := _began.pop(task_id, None)) is not None:
        catalog.TASK_SECONDS.observe(perf_counter() - began, task.name, (state or "lost").lower())
