"""Members of a project, and invitations that a user can take."""

from functools import cache
from typing import ClassVar

from django.db import connection, models
from django.db.models import QuerySet
from treblle_models.models import Project, ProjectMember, User


class VerifiedAddress(models.Model):
    """A row of allauth's, which the platform keeps: an address that is proven to be the user's."""

    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, related_name="+")
    email = models.EmailField()
    verified = models.BooleanField()

    objects: ClassVar[models.Manager["VerifiedAddress"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "account_emailaddress"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.email


def members_of(project: Project) -> QuerySet[ProjectMember]:
    return project.members.filter(status=ProjectMember.Status.ACTIVE).select_related("user")


def invitations_of(project: Project) -> QuerySet[ProjectMember]:
    return project.members.filter(status=ProjectMember.Status.INVITED)


def invitations_for(user: User) -> QuerySet[ProjectMember]:
    """To addresses that are verified as the user's: of others nobody knows whose they are."""
    invited = ProjectMember.objects.filter(status=ProjectMember.Status.INVITED)
    if not _are_kept():
        return invited.none()
    addresses = VerifiedAddress.objects.filter(user=user, verified=True).values("email")
    return invited.filter(email__in=addresses).select_related("project")


@cache
def _are_kept() -> bool:
    """A database that only the API's own migrations made has no such table."""
    return VerifiedAddress._meta.db_table in connection.introspection.table_names()
