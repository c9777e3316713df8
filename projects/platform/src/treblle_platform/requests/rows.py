"""Rows of the list: the system's summary of a request, and what some columns show besides."""

from collections.abc import Sequence

from treblle_models.models import Customer, Environment, Request
from treblle_models.summary import RequestSummary, summary_of


class Row(RequestSummary):
    """JSON types only, as what it goes out from."""

    customer: str
    environment: str
    ip: str
    error: str
    trace: str
    threat: str


def rows_of(requests: Sequence[Request]) -> list[Row]:
    """Wants each with its endpoint; customers and environments are read by two queries, if any."""
    customers = Customer.objects.in_bulk([r.customer_id for r in requests if r.customer_id])
    environments = Environment.objects.in_bulk(
        [r.environment_id for r in requests if r.environment_id]
    )
    return [
        {
            **summary_of(request, request.endpoint.template if request.endpoint else None),
            "customer": str(customers.get(request.customer_id or 0, "")),
            "environment": str(environments.get(request.environment_id or 0, "")),
            "ip": request.ip,
            "error": " ".join(filter(None, (request.error_type, request.error_message))),
            "trace": request.trace_id,
            "threat": request.get_threat_level_display() if request.threat_level else "",
        }
        for request in requests
    ]


# What the page's script makes new rows from: the same markup with nothing in it.
BLANK: Row = {
    "uuid": "00000000-0000-0000-0000-000000000000",
    "received_at": "",
    "requested_at": "",
    "loaded_at": "",
    "method": "",
    "host": "",
    "path": "",
    "endpoint": None,
    "status": 0,
    "load_time_ms": None,
    "response_size_bytes": None,
    "country": "",
    "city": "",
    "os": "",
    "device": "",
    "app": "",
    "has_errors": False,
    "customer": "",
    "environment": "",
    "ip": "",
    "error": "",
    "trace": "",
    "threat": "",
}
