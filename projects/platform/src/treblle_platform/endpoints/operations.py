"""What people say of endpoints, as `treblle_models.corrections` has it; history follows in the ETL."""

from collections.abc import Callable

from django.db import transaction
from treblle_models import corrections
from treblle_models.corrections import CorrectionRefused
from treblle_models.models import Endpoint

from treblle_platform.celery import app

__all__ = [
    "CorrectionRefused",
    "heed_endpoint",
    "ignore_endpoint",
    "merge_endpoints",
    "pin_endpoint",
    "rename_endpoint",
    "unpin_endpoint",
]


@transaction.atomic
def rename_endpoint(*, endpoint: Endpoint, name: str, template: str = "") -> None:
    """Call it `name` (empty: method and template name it), and its parameters as in `template`.

    Raises `CorrectionRefused` where the template differs by more than the names of parameters.
    """
    if template and template != endpoint.template:
        corrections.rename(endpoint, template=template)
    endpoint.name = name
    endpoint.save(update_fields=["name", "updated_at"])
    _follow(endpoint)


def merge_endpoints(*, endpoint: Endpoint, other: Endpoint | None, template: str) -> Endpoint:
    """They become one of that template, in what was counted too; returns it.

    Raises `CorrectionRefused`.
    """
    merged = [endpoint] if other is None else [endpoint, other]
    target = corrections.merge(merged, template=template)
    _follow(endpoint)
    return target


def pin_endpoint(*, endpoint: Endpoint) -> None:
    _corrected(corrections.pin, endpoint)


def unpin_endpoint(*, endpoint: Endpoint) -> None:
    _corrected(corrections.unpin, endpoint)


def ignore_endpoint(*, endpoint: Endpoint) -> None:
    _corrected(corrections.ignore, endpoint)


def heed_endpoint(*, endpoint: Endpoint) -> None:
    _corrected(corrections.heed, endpoint)


def _corrected(correction: Callable[[Endpoint], None], endpoint: Endpoint) -> None:
    correction(endpoint)
    _follow(endpoint)


def _follow(endpoint: Endpoint) -> None:
    """What was counted follows once the rows are committed; without a broker, within the hour."""
    arguments = {"project": str(endpoint.project.uuid)}

    def send() -> None:
        app.send_task(corrections.FOLLOW_TASK, kwargs=arguments, queue=corrections.FOLLOW_QUEUE)

    transaction.on_commit(send, robust=True)
