"""Orders to erase: what happens at once, and what the workers do after it.

An order goes through two stages. The ETL, which alone may open raw objects, takes the lines out of
them (`treblle_etl.erase_raw`); then the platform's worker erases rows and details step by step.
"""

from datetime import datetime, timedelta
from functools import partial

from django.contrib.sessions.models import Session
from django.db import transaction
from treblle_models.models import AuditEntry, Email, Erasure, Progress, Project, ProjectMember, User

from treblle_platform.celery import QUEUEING, app
from treblle_platform.privacy import project as project_erasure
from treblle_platform.privacy.customer import ETL_QUEUE
from treblle_platform.privacy.receipts import count, notes

RAW_TASK = "treblle_etl.erase_raw"
# An order that nobody worked on for so long lost its task.
LOST_AFTER = timedelta(minutes=15)
MAX_BEGINNINGS = 50
BEGINNINGS = "beginnings"


@transaction.atomic
def order_customer(project: Project, user: User, external_id: str) -> Erasure:
    """Whether or not the customer is known: their requests may be on the way."""
    erasure = Erasure.objects.create(
        subject=Erasure.Subject.CUSTOMER,
        user_uuid=user.uuid,
        project_uuid=project.uuid,
        external_id=external_id,
    )
    begin(erasure)
    return erasure


@transaction.atomic
def order_project(project: Project, user: User) -> Erasure:
    """The project is gone when this returns; what hung on it goes in the background."""
    erasure = Erasure.objects.create(
        subject=Erasure.Subject.PROJECT, user_uuid=user.uuid, project_uuid=project.uuid
    )
    project_erasure.drop(erasure, project)
    erasure.save(update_fields=["receipt", "updated_at"])
    begin(erasure)
    return erasure


@transaction.atomic
def order_account(user: User) -> Erasure:
    """The account, all that is its own, and its projects: gone when this returns.

    In the audit logs of other people's projects its deeds stay, without its address.
    """
    erasure = Erasure.objects.create(subject=Erasure.Subject.ACCOUNT, user_uuid=user.uuid)
    _drop_account(erasure, user)
    begin(erasure)
    return erasure


@transaction.atomic
def take_up(erasure: Erasure) -> None:
    """What the API ordered: what is gone at once here goes now, and the rest is begun.

    Again for one that was taken up before: then there is only the rest.
    """
    user = User.objects.filter(uuid=erasure.user_uuid).first()
    if erasure.subject == Erasure.Subject.ACCOUNT and user is not None:
        _drop_account(erasure, user)
    if erasure.subject == Erasure.Subject.PROJECT and erasure.project_uuid:
        for each in Project.objects.filter(uuid=erasure.project_uuid):
            project_erasure.drop(erasure, each)
    erasure.save(update_fields=["receipt", "updated_at"])
    begin(erasure)


def _drop_account(erasure: Erasure, user: User) -> None:
    for each in Project.objects.filter(user=user):
        project_erasure.drop(erasure, each)
    AuditEntry.objects.filter(user=user).update(email="", ip="", user=None)
    ProjectMember.objects.filter(email=user.email).delete()
    Email.objects.filter(recipient=user.email).delete()
    for session in _sessions(user):
        session.delete()
    _, deleted = user.delete()
    for label, rows in deleted.items():
        count(erasure, "rows", label.rpartition(".")[2].lower(), rows)
    erasure.save(update_fields=["receipt", "updated_at"])


def begin(erasure: Erasure) -> None:
    """After commit; again for an order whose task was lost."""
    arguments = {"erasure": str(erasure.uuid)}
    transaction.on_commit(
        partial(app.send_task, RAW_TASK, kwargs=arguments, queue=ETL_QUEUE, retry_policy=QUEUEING)
    )


def begin_lost_ones(now: datetime) -> int:
    """Orders that stand still begin anew, for each step may run again; not for ever."""
    waiting = Erasure.objects.filter(
        progress__in=(Progress.PENDING, Progress.RUNNING), updated_at__lt=now - LOST_AFTER
    )
    found = list(waiting)
    for erasure in found:
        beginnings = notes(erasure)[BEGINNINGS] = notes(erasure).get(BEGINNINGS, 1) + 1
        if beginnings > MAX_BEGINNINGS:
            erasure.progress, erasure.error = (
                Progress.FAILED,
                f"stopped after {MAX_BEGINNINGS} tries",
            )
        else:
            take_up(erasure)
        erasure.save(update_fields=["receipt", "progress", "error", "updated_at"])
    return len(found)


def _sessions(user: User) -> list[Session]:
    from allauth.usersessions.models import UserSession

    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    return list(Session.objects.filter(session_key__in=list(keys)))
