"""Invitations that were made elsewhere: the API makes the member, the mail goes out here."""

from typing import Any

from django.utils import timezone
from treblle_models.models import ProjectMember, User

from treblle_platform.celery import app
from treblle_platform.team import operations


@app.task(name="treblle_platform.send_invitation")
def send_invitation(*, member: str, inviter: str, **_: Any) -> None:
    invited = ProjectMember.objects.select_related("project").filter(
        uuid=member, status=ProjectMember.Status.INVITED
    )
    found, by = invited.first(), User.find_by_uuid(inviter)
    if found is not None and by is not None:
        operations.send_invitation(found, inviter=by, now=timezone.now())
