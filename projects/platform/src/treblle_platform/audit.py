"""The audit log: who changed what, when, from where. Whoever changes something says so here."""

from typing import Any

from allauth.account.adapter import get_adapter
from treblle_models.models import AuditEntry, Project
from treblle_models.models.defaults import NamedModel

from treblle_platform.access import ProjectRequest

# What is recorded instead of a value that must not be read by those who read the log.
HIDDEN = "…"


def record(
    request: ProjectRequest,
    action: str,
    subject: NamedModel | None = None,
    *,
    project: Project | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """`action` is a verb in the past, e.g. `member.invited`; `changes` JSON types, no secrets.

    Call it in the transaction of the change: both are there, or neither is.
    """
    AuditEntry.objects.create(
        project=project,
        user=request.user,
        email=request.user.email,
        action=action,
        object_type=subject._meta.db_table if subject is not None else "",
        object_uuid=subject.uuid if subject is not None else None,
        changes=changes or {},
        ip=get_adapter().get_client_ip(request),
    )


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """`{name: [old, new]}` of what is not the same."""
    return {name: [before[name], new] for name, new in after.items() if before[name] != new}
