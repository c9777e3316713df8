"""Rows of an account and its projects as JSON, without what only machines need."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import models
from treblle_models.models import Project, ProjectMember, Request, User
from treblle_models.models.defaults import NamedModel

from treblle_platform.privacy.tables import tables_of_projects

# Ours, or good for logging in: never in a file that is handed about.
SECRET = frozenset(
    {
        *("id", "password", "digest", "refresh_digest", "secret", "push_token", "state"),
        *("push_token_digest", "wrapped_key", "wrapped_by", "previous_api_key", "api_key"),
        *("details_key", "details_offset", "details_length", "object_key", "template_digest"),
        *("is_staff", "is_superuser", "is_active"),
    }
)
MAX_ROWS_A_TABLE = 20_000


def row_as_json(row: models.Model) -> dict[str, Any]:
    """Columns by name; foreign keys become the uuid of what they point to."""
    found: dict[str, Any] = {}
    for field in row._meta.local_concrete_fields:
        if field.name in SECRET or isinstance(field, models.BinaryField):
            continue
        if isinstance(field, models.ForeignKey):
            target = field.remote_field.model
            if issubclass(target, NamedModel) and field.is_cached(row):
                related = getattr(row, field.name)
                found[field.name] = str(related.uuid) if related else None
            continue
        found[field.name] = getattr(row, field.attname)
    return found


def of_account(user: User) -> dict[str, Any]:
    """What is the user's own, whosever project it is about."""
    tables = {
        model._meta.db_table: _all(model._base_manager.filter(user=user))
        for model in apps.get_app_config("treblle_models").get_models()
        if _belongs_to_user(model)
    }
    memberships = ProjectMember.objects.filter(user=user).select_related("project")
    return {
        "user": row_as_json(user),
        "email_addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "sessions": list(
            UserSession.objects.filter(user=user).values(
                "ip", "user_agent", "created_at", "last_seen_at"
            )
        ),
        "memberships": [{"project": each.project.name, "role": each.role} for each in memberships],
        **tables,
    }


def of_project(project: Project) -> dict[str, Any]:
    """Its settings and all that has a uuid in it, requests apart; roll-ups follow from those."""
    tables = {
        model._meta.db_table: _all(model._base_manager.filter(**{lookup: project.pk}))
        for model, lookup in tables_of_projects()
        if issubclass(model, NamedModel) and model is not Request
    }
    return {"project": row_as_json(project), **tables}


def _belongs_to_user(model: type[models.Model]) -> bool:
    names = {field.name for field in model._meta.local_concrete_fields}
    return "user" in names and model is not Project and model is not ProjectMember


def _all(rows: "models.QuerySet[Any]") -> list[dict[str, Any]]:
    related = [
        field.name
        for field in rows.model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.remote_field.model, NamedModel)
    ]
    chosen = rows.select_related(*related) if related else rows
    return [row_as_json(row) for row in chosen.order_by("pk")[:MAX_ROWS_A_TABLE]]
