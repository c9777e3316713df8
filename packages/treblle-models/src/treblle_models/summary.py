"""A request in short: the one form in which lists, live messages and the API speak of it."""

from typing import TypedDict

from treblle_models.models.traffic import Request


class RequestSummary(TypedDict):
    """JSON types only; times are RFC 3339 in UTC with microseconds."""

    uuid: str
    received_at: str
    requested_at: str
    loaded_at: str
    method: str
    host: str
    path: str
    endpoint: str | None
    status: int
    load_time_ms: float | None
    response_size_bytes: int | None
    country: str
    city: str
    os: str
    device: str
    app: str
    has_errors: bool


def summary_of(request: Request, endpoint_template: str | None) -> RequestSummary:
    """`endpoint_template` comes from the caller, who has it at hand: no query is made here."""
    return {
        "uuid": str(request.uuid),
        "received_at": request.received_at.isoformat(timespec="microseconds"),
        "requested_at": request.requested_at.isoformat(timespec="microseconds"),
        "loaded_at": request.loaded_at.isoformat(timespec="microseconds"),
        "method": request.method,
        "host": request.host,
        "path": request.path,
        "endpoint": endpoint_template,
        "status": request.status,
        "load_time_ms": request.load_time_ms,
        "response_size_bytes": request.response_size_bytes,
        "country": request.country,
        "city": request.city,
        "os": request.os,
        "device": request.device,
        "app": request.app,
        "has_errors": request.error_count > 0,
    }
