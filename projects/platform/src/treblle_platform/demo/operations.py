"""Makes the demo account, however often it is asked to, and a past for its project, once."""

from datetime import datetime
from random import Random
from typing import TypedDict

from allauth.account.models import EmailAddress
from django.db import transaction
from treblle_models.bulk import bulk_insert
from treblle_models.models import AccessToken, LedgerEntry, Project, Request, Rollup, User
from treblle_models.sums import Sum

from treblle_platform.demo import findings, history

USER_NAME = "Demo"
PROJECT_NAME = "Bookshop API"
TOKEN_NAME = "Demo"  # noqa: S105 (what the token is called)
# Of a roll-up, whichever it has.
KEY = ("bucket", "endpoint_id", "dimension", "value")


class DemoAccount(TypedDict):
    """`project_id` is what SDKs call so: the project's `custom_id`."""

    email: str
    api_key: str
    project_id: str
    project_uuid: str
    api_token: str


@transaction.atomic
def make_demo_account(*, email: str, password: str) -> DemoAccount:
    """User, project and keys stay what they are; the password is set and the token replaced."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=USER_NAME)
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    project, _ = Project.objects.get_or_create(user=user, name=PROJECT_NAME)
    AccessToken.objects.filter(user=user, name=TOKEN_NAME).delete()
    _, token = AccessToken.issue(user, TOKEN_NAME, scope=AccessToken.Scope.WRITE)
    return {
        "email": user.email,
        "api_key": user.api_key,
        "project_id": project.custom_id,
        "project_uuid": str(project.uuid),
        "api_token": token,
    }


def make_history(project: Project, now: datetime) -> bool:
    """Some weeks before the first live request; False where they are there already.

    What was counted live of the same hour and day, it is added to.
    """
    key = f"demo/history/{project.uuid}"
    if LedgerEntry.objects.filter(object_key=key).exists():
        return False
    live = Request.objects.filter(project=project).order_by("received_at").first()
    until = (live.received_at if live else now).replace(second=0, microsecond=0)
    dice = Random(key)  # noqa: S311 (nothing is secret here)
    bookshop = history.open_shop(project, until - history.DAYS * history.DAY, until)
    counted = history.count(bookshop, dice, until)
    with transaction.atomic():
        LedgerEntry.objects.create(object_key=key, processed_at=now)
        for rows in history.rollups(counted, project):
            _add(rows, until.replace(hour=0, minute=0))
        findings.write_findings(bookshop, dice, until)
    return True


def _add(rows: list[Rollup], today: datetime) -> None:
    """Insert the rows of a roll-up; those that live traffic has made today, add to."""
    model = type(rows[0])
    kept = model._default_manager.filter(project=rows[0].project, bucket__gte=today)
    live = {_key_of(row): row for row in kept}
    fresh = []
    for row in rows:
        known = live.get(_key_of(row))
        if known is None:
            fresh.append(row)
            continue
        both = Sum.of_bucket(known)
        both.merge(Sum.of_bucket(row))
        model._default_manager.filter(pk=known.pk).update(**both.columns())
    bulk_insert(fresh)


def _key_of(row: Rollup) -> tuple[object, ...]:
    """What names it within its table and project."""
    return tuple(getattr(row, name, None) for name in KEY)
