"""Who may see and change which project: asked here by every view and by the websocket.

A stranger learns nothing, not even that a project exists: 404. Who may look but not touch
gets 403 where touching is asked for.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from treblle_models.models import Collection, CollectionItem, Project, User

P = ParamSpec("P")


class ProjectRequest(HttpRequest):
    """A request of someone who is logged in."""

    user: User


Page = Callable[Concatenate[ProjectRequest, Project, P], HttpResponseBase]
DocsPage = Callable[Concatenate[HttpRequest, Project, P], HttpResponseBase]


def project_to_read(user: User | AnonymousUser, uuid: UUID) -> Project:
    """The project, for its owner and active members; raises `Http404` for all others.

    It carries `may_write`, by which pages leave out what a viewer could not use.
    """
    if not isinstance(user, User) or not user.is_active:
        raise Http404
    writable = Project.objects.writable_by(user).filter(pk=OuterRef("pk"))
    visible = Project.objects.visible_to(user).annotate(may_write=Exists(writable))
    project = visible.filter(uuid=uuid).first()
    if project is None:
        raise Http404
    return project


def project_to_write(user: User | AnonymousUser, uuid: UUID) -> Project:
    """The project, for those who may change it; raises `PermissionDenied` for mere viewers."""
    project = project_to_read(user, uuid)
    if not getattr(project, "may_write", False):
        raise PermissionDenied
    return project


def project_to_own(user: User | AnonymousUser, uuid: UUID) -> Project:
    """The project, for its owner alone; raises `PermissionDenied` for others in it."""
    project = project_to_read(user, uuid)
    if project.user_id != user.pk:
        raise PermissionDenied
    return project


def collection_to_read(user: User | AnonymousUser, uuid: UUID) -> Collection:
    """One's own, or one with requests of a project one may see; raises `Http404` for all others.

    What is shown of it is still only what lies in projects the user may see.
    """
    if not isinstance(user, User) or not user.is_active:
        raise Http404
    seen = CollectionItem.objects.visible_to(user).filter(collection=OuterRef("pk"))
    found = Collection.objects.filter(Q(user=user) | Exists(seen), uuid=uuid)
    collection = found.select_related("user").first()
    if collection is None:
        raise Http404
    return collection


def collection_to_write(user: User | AnonymousUser, uuid: UUID) -> Collection:
    """One's own; raises `PermissionDenied` for others that may be seen."""
    collection = collection_to_read(user, uuid)
    if collection.user_id != user.pk:
        raise PermissionDenied
    return collection


def reads_project(page: Page[P]) -> Callable[..., HttpResponseBase]:
    """A view of a URL with `project_uuid`: called with the project, if the user may see it."""
    return _with(project_to_read, page)


def writes_project(page: Page[P]) -> Callable[..., HttpResponseBase]:
    """The same, if the user may change the project."""
    return _with(project_to_write, page)


def reads_docs(page: DocsPage[P]) -> Callable[..., HttpResponseBase]:
    """A view of a project's docs: for everyone where they are public, else for its people.

    Who is not logged in is asked to, whether the project exists or not.
    """

    @wraps(page)
    def view(request: Any, project_uuid: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        public = Project.objects.filter(uuid=project_uuid, docs_are_public=True).first()
        if public is None and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        found = public or project_to_read(request.user, project_uuid)
        return page(request, found, *args, **kwargs)

    return view


def owns_project(page: Page[P]) -> Callable[..., HttpResponseBase]:
    """The same, if the project is the user's own."""
    return _with(project_to_own, page)


def staff_only(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for those who run the system; others do not learn that it exists: 404."""

    @wraps(page)
    def view(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (
            isinstance(request.user, User) and request.user.is_active and request.user.is_staff
        ):
            raise Http404
        return page(request, *args, **kwargs)

    return view


def _with(
    find: Callable[[User | AnonymousUser, UUID], Project], page: Page[P]
) -> Callable[..., HttpResponseBase]:
    @wraps(page)
    def view(request: Any, project_uuid: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return page(request, find(request.user, project_uuid), *args, **kwargs)

    return view
