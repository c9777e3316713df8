from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from treblle_models.models import Project

from treblle_platform.access import ProjectRequest, project_to_read
from treblle_platform.palette.queries import find_everything

PART = "X-Part"


@require_safe
@vary_on_headers(PART)
def search(request: ProjectRequest) -> HttpResponse:
    """The page for those without script; for the palette only what was found."""
    text = request.GET.get("q", "")[:200]
    project = _project(request)
    context = {
        "text": text,
        "groups": find_everything(request.user, text, project),
        "here": project,
    }
    part = PART in request.headers
    return render(request, "palette/found.html" if part else "palette/page.html", context)


def _project(request: ProjectRequest) -> Project | None:
    """The one that was looked at; a wrong one is none."""
    try:
        return project_to_read(request.user, UUID(request.GET.get("project", "")))
    except (ValueError, Http404):
        return None
