"""Inviting people to a project, taking an invitation, changing roles, leaving."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from treblle_models.models import Project, ProjectMember, User
from treblle_models.plans import plan_of

from treblle_platform.mail import outbox

SALT = "treblle_platform.team.invitation"
INVITATION_HOLDS = timedelta(days=14)
MAY = {
    ProjectMember.Role.MEMBER: "watch it and change its settings",
    ProjectMember.Role.VIEWER: "watch it",
}


class InvitationRefused(Exception):
    """Why somebody cannot be invited, in words for who invites."""


@transaction.atomic
def invite(
    project: Project, *, inviter: User, email: str, role: str, now: datetime
) -> ProjectMember:
    """Make a member who is not yet there, and write to them. Raises `InvitationRefused`."""
    if email == project.user.email:
        raise InvitationRefused("The project is theirs: they need no invitation.")
    _check_plan(project)
    try:
        with transaction.atomic():
            member = ProjectMember.objects.create(
                project=project, email=email, role=role, invited_by=inviter
            )
    except IntegrityError:
        raise InvitationRefused("They are in the team, or invited already.") from None
    send_invitation(member, inviter=inviter, now=now)
    return member


def send_invitation(member: ProjectMember, *, inviter: User, now: datetime) -> bool:
    """Once an hour at most, however often it is asked for."""
    token = signing.dumps(str(member.uuid), salt=SALT)
    project = member.project
    return outbox.send(
        kind=outbox.INVITATION,
        to=member.email,
        subject=f"{inviter.get_full_name()} invites you to {project.name}",
        template="invitation",
        context={
            "inviter": inviter.get_full_name(),
            "project": project,
            "may": MAY[ProjectMember.Role(member.role)],
            "link": settings.PLATFORM_URL + reverse("invitations:page", kwargs={"token": token}),
            "days": INVITATION_HOLDS.days,
        },
        dedupe_key=f"invitation/{member.uuid}/{now:%Y-%m-%dT%H}",
    )


def invited_by(token: str) -> ProjectMember | None:
    """The member an invitation's link is for; None where it is too old, taken back or not ours."""
    try:
        uuid = signing.loads(token, salt=SALT, max_age=INVITATION_HOLDS)
    except signing.BadSignature:
        return None
    members = ProjectMember.objects.select_related("project", "invited_by")
    return members.filter(uuid=uuid).first()


def accept(member: ProjectMember, user: User, now: datetime) -> None:
    ProjectMember.objects.filter(pk=member.pk, status=ProjectMember.Status.INVITED).update(
        user=user, status=ProjectMember.Status.ACTIVE, accepted_at=now, updated_at=now
    )


def _check_plan(project: Project) -> None:
    plan = plan_of(project.user)
    limit = plan.max_members if plan else None
    if limit is not None and project.members.count() >= limit:
        raise InvitationRefused(
            f"Your plan holds teams of up to {limit} besides the owner. A larger plan takes more."
        )
