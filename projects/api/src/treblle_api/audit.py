"""The audit log: who changed what, when, from where. Whoever changes something says so here."""

from typing import Any

from rest_framework.request import Request
from treblle_models.models import AuditEntry, Project
from treblle_models.models.defaults import NamedModel

from treblle_api.access import caller


def record(
    request: Request,
    action: str,
    subject: NamedModel | None = None,
    *,
    project: Project | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """`action` is a verb in the past, e.g. `member.invited`; `changes` JSON types, no secrets."""
    user = caller(request)
    AuditEntry.objects.create(
        project=project,
        user=user,
        email=user.email,
        action=action,
        object_type=subject._meta.db_table if subject is not None else "",
        object_uuid=subject.uuid if subject is not None else None,
        changes=changes or {},
        ip=request.META.get("REMOTE_ADDR", ""),
    )


def differences(row: Any, given: dict[str, Any]) -> dict[str, Any]:
    """`{name: [old, new]}` of what is not the same, as text where JSON has no type for it."""
    before = {name: getattr(row, name) for name in given}
    return {
        name: [_plain(before[name]), _plain(new)]
        for name, new in given.items()
        if before[name] != new
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | None) else str(value)
