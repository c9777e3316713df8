"""What people say of endpoints, as `treblle_models.corrections` has it; history follows in the ETL."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError
from treblle_models import corrections
from treblle_models.models import Endpoint, Project

from treblle_api import queue


@transaction.atomic
def change_endpoint(endpoint: Endpoint, project: Project, given: dict[str, Any]) -> None:
    """Raises `ValidationError` with the words of the correction that is refused."""
    try:
        corrections.change(endpoint, **given)
    except corrections.CorrectionRefused as refusal:
        named = [name for name in ("template", "is_pinned", "is_ignored") if name in given]
        raise _invalid(named[0], refusal) from None
    _follow(project)


@transaction.atomic
def merge_endpoints(project: Project, endpoints: Iterable[Endpoint], template: str) -> Endpoint:
    try:
        target = corrections.merge(endpoints, template=template)
    except corrections.CorrectionRefused as refusal:
        raise _invalid("template", refusal) from None
    _follow(project)
    return target


def _invalid(field: str, refusal: corrections.CorrectionRefused) -> ValidationError:
    return ValidationError({field: [f"{refusal}."]})


def _follow(project: Project) -> None:
    queue.send(corrections.FOLLOW_TASK, queue=corrections.FOLLOW_QUEUE, project=str(project.uuid))
