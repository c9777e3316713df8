"""What people say of endpoints, as `treblle_models.corrections` has it; history follows in the ETL."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError
from treblle_models import corrections
from treblle_models.models import Endpoint, Project

from treblle_api import queue

FLAGS: dict[tuple[str, bool], Callable[[Endpoint], None]] = {
    ("is_pinned", True): corrections.pin,
    ("is_pinned", False): corrections.unpin,
    ("is_ignored", True): corrections.ignore,
    ("is_ignored", False): corrections.heed,
}


@transaction.atomic
def change_endpoint(endpoint: Endpoint, project: Project, given: dict[str, Any]) -> None:
    """Raises `ValidationError` with the words of the correction that is refused."""
    if given.get("template", endpoint.template) != endpoint.template:
        _correct("template", corrections.rename, endpoint, template=given["template"])
    if "name" in given:
        endpoint.name = given["name"]
        endpoint.save(update_fields=["name", "updated_at"])
    heeded = endpoint.is_ignored and given.get("is_ignored") is False
    for name in ("is_pinned", "is_ignored"):
        if name in given and given[name] != getattr(endpoint, name):
            _correct(name, FLAGS[name, given[name]], endpoint)
    _follow(project, **({"heeded": str(endpoint.uuid)} if heeded else {}))


@transaction.atomic
def merge_endpoints(project: Project, endpoints: Iterable[Endpoint], template: str) -> Endpoint:
    target: Endpoint = _correct("template", corrections.merge, endpoints, template=template)
    _follow(project)
    return target


def _correct(field: str, correction: Callable[..., Any], *given: Any, **named: Any) -> Any:
    try:
        return correction(*given, **named)
    except corrections.CorrectionRefused as refusal:
        raise ValidationError({field: [f"{refusal}."]}) from None


def _follow(project: Project, **more: str) -> None:
    queue.send(
        corrections.FOLLOW_TASK,
        queue=corrections.FOLLOW_QUEUE,
        project=str(project.uuid),
        **more,
    )
