from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Comment, Project, Request, ShareLink

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.request_page import operations, queries
from treblle_platform.request_page.checks import failed_checks
from treblle_platform.request_page.presentation import present
from treblle_platform.request_page.snippets import snippets_of
from treblle_platform.requests.details import details_of
from treblle_platform.world.atlas import view_box

NEW_LINK = "share-link"


@require_safe
@reads_project
def request_detail(request: ProjectRequest, project: Project, request_uuid: UUID) -> HttpResponse:
    now = timezone.now()
    found = _found(project, request_uuid)
    context = _shown(found) | {
        "project": project,
        "usual": queries.usual_load_time(found),
        "pinned": queries.is_pinned(project, request_uuid),
        "similar": queries.similar_requests(found),
        "comments": queries.comments_of(project, request_uuid),
        "people": queries.people_of(project),
        "collections": queries.collections_of(request.user),
        "links": queries.open_links(project, request_uuid, now),
        # Shown once, to whoever has just made it.
        "new_link": request.session.pop(f"{NEW_LINK}:{request_uuid}", None),
        "lifetimes": operations.LIFETIMES,
        "permalink": request.build_absolute_uri(request.path),
    }
    return render(request, "request_page/page.html", context)


@login_not_required
@never_cache
@require_safe
def shared_request(request: HttpRequest, token: str) -> HttpResponse:
    """The request for whoever has the link: itself alone, and no way on from it."""
    link = operations.open_shared(token, timezone.now())
    if link is None:
        raise Http404
    found = _found(link.project, link.request_uuid)
    context = _shown(found) | {"project_name": link.project.name, "expires_at": link.expires_at}
    answer = render(request, "request_page/shared.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
@reads_project
def comment_add(request: ProjectRequest, project: Project, request_uuid: UUID) -> HttpResponse:
    found = _found(project, request_uuid)
    text = request.POST.get("text", "").strip()
    if text:
        operations.add_comment(
            project=project, request_uuid=found.uuid, user=request.user, text=text
        )
    return redirect(f"{_page(project, request_uuid)}#comments")


@require_POST
@reads_project
def comment_delete(
    request: ProjectRequest, project: Project, request_uuid: UUID, comment_uuid: UUID
) -> HttpResponse:
    """One's own; the project's owner may remove any."""
    found = Comment.objects.for_project(project).filter(
        request_uuid=request_uuid, uuid=comment_uuid
    )
    comment = found.first()
    if comment is None or request.user.pk not in (comment.user_id, project.user_id):
        raise Http404
    operations.delete_comment(comment)
    return redirect(f"{_page(project, request_uuid)}#comments")


@require_POST
@writes_project
def share(request: ProjectRequest, project: Project, request_uuid: UUID) -> HttpResponse:
    found = _found(project, request_uuid)
    lifetime = operations.LIFETIMES.get(
        request.POST.get("lifetime", ""), operations.LIFETIMES["1d"]
    )
    token = operations.share(
        project=project,
        request_uuid=found.uuid,
        user=request.user,
        lifetime=lifetime,
        now=timezone.now(),
    )
    url = request.build_absolute_uri(reverse("shared", kwargs={"token": token}))
    request.session[f"{NEW_LINK}:{request_uuid}"] = url
    return redirect(f"{_page(project, request_uuid)}#share")


@require_POST
@writes_project
def share_revoke(
    request: ProjectRequest, project: Project, request_uuid: UUID, link_uuid: UUID
) -> HttpResponse:
    found = ShareLink.objects.for_project(project).filter(request_uuid=request_uuid, uuid=link_uuid)
    link = found.first()
    if link is None:
        raise Http404
    operations.revoke(link, timezone.now())
    messages.success(request, "The link shows nothing any more.")
    return redirect(f"{_page(project, request_uuid)}#share")


def _found(project: Project, uuid: UUID) -> Request:
    found = queries.find_request(project, uuid)
    if found is None:
        raise Http404
    return found


def _page(project: Project, uuid: UUID) -> str:
    return reverse("requests:detail", kwargs={"project_uuid": project.uuid, "request_uuid": uuid})


def _shown(found: Request) -> dict[str, Any]:
    """What the page and a shared link show alike."""
    details = details_of(found)
    return {
        "item": found,
        "view_box": view_box(found.country),
        "missing": details.missing,
        "details": present(details.content) if details.content is not None else None,
        "checks": failed_checks(details.content or {}),
        "snippets": snippets_of(found, details.content),
        "metadata": sorted(found.metadata.items()),
        "regulations": [word.upper() for word in found.regulations.split(",") if word],
        "is_late": isinstance(found.claimed_requested_at, datetime),
    }
