"""What people say of endpoints, as `treblle_models.corrections` has it; history follows in the ETL."""

from typing import Any

from django.db import transaction
from treblle_models import corrections
from treblle_models.corrections import CorrectionRefused
from treblle_models.models import Endpoint

from treblle_platform.celery import app

__all__ = ["CorrectionRefused", "change_endpoint", "merge_endpoints"]


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, **changes: Any) -> None:
    """`name` (empty: method and template name it), `template` (with other names of its
    parameters), `is_pinned`, `is_ignored`. Raises `CorrectionRefused`.
    """
    corrections.change(endpoint, **changes)
    _follow(endpoint)


@transaction.atomic
def merge_endpoints(*, endpoint: Endpoint, other: Endpoint | None, template: str) -> Endpoint:
    """They become one of that template, in what was counted too; returns it.

    Raises `CorrectionRefused`.
    """
    merged = [endpoint] if other is None else [endpoint, other]
    target = corrections.merge(merged, template=template)
    _follow(endpoint)
    return target


def _follow(endpoint: Endpoint) -> None:
    """What was counted follows once the rows are committed; without a broker, within the hour."""
    arguments = {"project": str(endpoint.project.uuid)}

    def send() -> None:
        app.send_task(corrections.FOLLOW_TASK, kwargs=arguments, queue=corrections.FOLLOW_QUEUE)

    transaction.on_commit(send, robust=True)
