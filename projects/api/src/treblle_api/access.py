"""The API's permission model, all of it.

Two questions are asked. May this token do that: its scope is `read` or `write`. May its user:
the project is visible to the user, and writable, as `treblle_models` says. What a user may not
see does not exist (404); what may be seen and not changed is forbidden (403).
"""

from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from treblle_models.models import AccessToken, Project, ProjectMember, User

# DRF loads this module while it loads its views.
if TYPE_CHECKING:
    from rest_framework.views import APIView

M = TypeVar("M", bound=Model)
OWNER: Final = "owner"
ROLES: Final = [(OWNER, "Owner"), *ProjectMember.Role.choices]


class InsufficientScope(PermissionDenied):
    """A token that may only read was used to write."""

    default_detail = "This token may only read."
    default_code = "insufficient_scope"
    # DRF puts it into WWW-Authenticate (RFC 6750, section 3.1).
    auth_header = 'Bearer realm="treblle", error="insufficient_scope", scope="write"'


class TokenScope(BasePermission):
    """A token must be there, and good for what the method does."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        token = request.auth
        if not isinstance(token, AccessToken):
            return False
        if scope_of(view, request.method) == token.scope or token.scope == AccessToken.Scope.WRITE:
            return True
        raise InsufficientScope


def scope_of(view: "APIView", method: str | None) -> str:
    """The scope a token needs for a method of the view."""
    reads = method in getattr(view, "methods_to_read", ())
    return AccessToken.Scope.READ if reads else AccessToken.Scope.WRITE


def caller(request: Request) -> User:
    """The user whose token the request carries."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def visible_projects(user: User) -> QuerySet[Project]:
    """What the user may see, each project with the user's `role` in it and whether it `may_write`."""
    membership = ProjectMember.objects.filter(
        project=OuterRef("pk"), user=user, status=ProjectMember.Status.ACTIVE
    )
    role = Case(
        When(user=user, then=Value(OWNER)),
        default=Subquery(membership.values("role")[:1]),
        output_field=CharField(),
    )
    writable = Project.objects.writable_by(user).filter(pk=OuterRef("pk"))
    return Project.objects.visible_to(user).annotate(role=role, may_write=Exists(writable))


def visible_project(user: User, uuid: UUID) -> Project:
    return found(visible_projects(user).filter(uuid=uuid))


def writable_project(user: User, uuid: UUID) -> Project:
    project = visible_project(user, uuid)
    if not getattr(project, "may_write", False):
        raise PermissionDenied("Your role in this project is to read.")
    return project


def owned_project(user: User, uuid: UUID) -> Project:
    """For what only the owner may do."""
    project = visible_project(user, uuid)
    if project.user_id != user.pk:
        raise PermissionDenied("Only the owner of the project may do this.")
    return project


def found(rows: "QuerySet[M]") -> M:
    """The one row of the query; 404 where there is none."""
    row = rows.first()
    if row is None:
        raise NotFound
    return row
