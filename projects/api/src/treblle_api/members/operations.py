"""Inviting people, and taking an invitation."""

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from treblle_models.models import Project, ProjectMember, User
from treblle_models.plans import plan_of

from treblle_api import limits, queue

TASK: Final = "treblle_platform.send_invitation"
QUEUE: Final = "platform"
INVITATIONS_AN_HOUR: Final = 30
HOUR_S: Final = 3600


@transaction.atomic
def invite(project: Project, *, inviter: User, email: str, role: str) -> ProjectMember:
    """A member who is not yet there; the platform writes to them.

    Raises `ValidationError` by field, `Throttled` after INVITATIONS_AN_HOUR.
    """
    if email == project.user.email:
        raise ValidationError({"email": ["The project is theirs: they need no invitation."]})
    _check_plan(project)
    limits.spend(f"invitation:{inviter.pk}", times=INVITATIONS_AN_HOUR, per_s=HOUR_S)
    try:
        with transaction.atomic():
            member = ProjectMember.objects.create(
                project=project, email=email, role=role, invited_by=inviter
            )
    except IntegrityError:
        raise ValidationError({"email": ["They are in the team, or invited already."]}) from None
    queue.send(TASK, queue=QUEUE, member=str(member.uuid), inviter=str(inviter.uuid))
    return member


def accept(invitation: ProjectMember, user: User) -> None:
    now = timezone.now()
    ProjectMember.objects.filter(pk=invitation.pk, status=ProjectMember.Status.INVITED).update(
        user=user, status=ProjectMember.Status.ACTIVE, accepted_at=now, updated_at=now
    )


def _check_plan(project: Project) -> None:
    plan = plan_of(project.user)
    limit = plan.max_members if plan else None
    if limit is not None and project.members.count() >= limit:
        raise ValidationError(
            {"email": [f"The plan holds teams of up to {limit} besides the owner."]}
        )
