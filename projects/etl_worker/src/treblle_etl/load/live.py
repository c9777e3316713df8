"""Live messages: after a commit, one small message a project to the browsers that watch it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from treblle_models.models import Project, Request
from treblle_models.summary import summary_of

from treblle_etl.event import Understood

# A browser shows some hundred rows; the counts in `stats` are of all.
MAX_SUMMARIES = 100


class Publisher(Protocol):
    def publish(self, project_uuid: UUID | str, message: dict[str, Any]) -> object: ...


def announce(
    publisher: Publisher,
    events: Sequence[tuple[Project, Understood]],
    requests: Sequence[Request],
    templates: Sequence[str | None],
    traces: Mapping[str, str],
) -> None:
    """Tell of requests that were loaded. The sequences run side by side; `traces` are of those
    that are traced (event id → `traceparent`)."""
    by_project: dict[UUID, list[tuple[Request, str | None]]] = {}
    for (project, _), request, template in zip(events, requests, templates, strict=True):
        by_project.setdefault(project.uuid, []).append((request, template))
    for uuid, loaded in by_project.items():
        publisher.publish(uuid, _message(uuid, loaded) | _traced(loaded, traces))


def _traced(
    loaded: list[tuple[Request, str | None]], traces: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """For the parts that pass the message on, not for who reads it."""
    if not traces:
        return {}
    ids = [str(request.uuid) for request, _ in loaded]
    return {"traces": {event_id: traces[event_id] for event_id in ids if event_id in traces}}


def _message(uuid: UUID, loaded: list[tuple[Request, str | None]]) -> dict[str, Any]:
    newest = sorted(loaded, key=lambda pair: pair[0].received_at)[-MAX_SUMMARIES:]
    statuses = [request.status for request, _ in loaded]
    return {
        "type": "requests",
        "project": str(uuid),
        "requests": [summary_of(request, template) for request, template in newest],
        "stats": {
            "requests": len(statuses),
            "client_errors": sum(400 <= status < 500 for status in statuses),
            "server_errors": sum(status >= 500 for status in statuses),
        },
    }
