import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from treblle_models.models import Environment, Project

from treblle_platform.access import ProjectRequest, reads_project
from treblle_platform.dashboard.lands import lands_of
from treblle_platform.dashboard.queries import dashboard, environments_of
from treblle_platform.dashboard.tiles import tiles_of
from treblle_platform.dashboard.windows import BY_KEY, DEFAULT, PRESETS, Window
from treblle_platform.moments import parse_moment
from treblle_platform.requests.links import RequestLinks


@require_safe
@vary_on_headers("HX-Request")
@reads_project
def dashboard_page(request: ProjectRequest, project: Project) -> HttpResponse:
    """The page; for htmx only the part that changes."""
    now = timezone.now()
    environments = environments_of(project)
    chosen = _environment(request, environments)
    figures = dashboard(project, _window(request, now), chosen)
    window = figures.window
    always = {"environment": chosen.name} if chosen else {}
    links = RequestLinks(project, window.start, window.end, **always)
    # Breakdowns are of all environments, and from the beginning of an hour or day.
    all_links = RequestLinks(project, window.breakdown_start, window.end)
    context: dict[str, Any] = {
        "project": project,
        "figures": figures,
        "tiles": tiles_of(figures, links),
        "links": links,
        "all_links": all_links,
        "lands": lands_of(figures.breakdowns["country"], all_links),
        "series": json.dumps(figures.series(), separators=(",", ":")),
        "presets": PRESETS,
        "environments": environments,
        "environment": chosen,
        "now": now,
    }
    part = "HX-Request" in request.headers
    template = "dashboard/figures.html" if part else "dashboard/page.html"
    return render(request, template, context)


def _window(request: ProjectRequest, now: datetime) -> Window:
    """What was drawn, else the preset; a range that cannot be becomes the usual one."""
    try:
        start, end = parse_moment(request.GET["from"]), parse_moment(request.GET["to"])
        return Window.drawn(start, end, now)
    except (KeyError, ValueError):
        return BY_KEY.get(request.GET.get("range", ""), DEFAULT).window(now)


def _environment(request: ProjectRequest, known: list[Environment]) -> Environment | None:
    name = request.GET.get("environment")
    return next((each for each in known if each.name == name), None)
