import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Project
from treblle_service.check_catalog import Check, Group, find_check

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.audit import record
from treblle_platform.lists import Choice, Listing, search_text
from treblle_platform.quality import queries
from treblle_platform.quality.operations import switch_check
from treblle_platform.quality.results import OUTCOMES
from treblle_platform.quality.versions import versions_of


@require_safe
@reads_project
def quality_page(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    groups = [(group.value, group.label) for group in Group]
    outcome = Choice.of(request.GET, "outcome", "Result", OUTCOMES, any_label="Any result")
    group = Choice.of(request.GET, "group", "Group", groups, any_label="All groups")
    stage = Choice.of(
        request.GET, "stage", "Looks at", queries.STAGES, any_label="Traffic and document"
    )
    filters = queries.CheckFilters(
        search_text(request.GET), outcome.value, group.value, stage.value
    )
    rows = queries.check_rows(project)
    scores = queries.scores_of(project, timezone.now())
    page = queries.check_page(rows, listing, filters)
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [outcome, group, stage],
        "search": filters.text,
        "is_filtered": filters != queries.CheckFilters(),
        "scores": scores,
        "series": json.dumps(scores.series, separators=(",", ":")),
        "worst": queries.worst_endpoints(project),
        "versions": versions_of(project),
        "days": queries.DAYS,
    }
    return render(request, "quality/page.html", context)


@require_safe
@reads_project
def check_page(request: ProjectRequest, project: Project, code: str) -> HttpResponse:
    check = _check(code)
    listing = Listing(request.GET, queries.ENDPOINT_COLUMNS, "outcome")
    outcome = Choice.of(request.GET, "outcome", "Result", OUTCOMES[:3], any_label="Any result")
    row = next(row for row in queries.check_rows(project) if row.check.code == code)
    page = queries.endpoints_of_check(project, code, listing, outcome.value)
    days = queries.check_days(project, code, timezone.now())
    context = {
        "project": project,
        "check": check,
        "row": row,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [outcome],
        "is_filtered": bool(outcome.value),
        "series": json.dumps(days, separators=(",", ":")),
        "has_days": any(days["passed"]) or any(days["failed"]),
        "failed": sum(days["failed"]),
        "days": queries.CHECK_DAYS,
    }
    return render(request, "quality/check.html", context)


@writes_project
@require_POST
def check_switch(request: ProjectRequest, project: Project, code: str) -> HttpResponse:
    check = _check(code)
    on = request.POST.get("on") == "yes"
    switch_check(project=project, check=check, on=on)
    words = "on" if on else "off"
    record(request, f"check.switched_{words}", project=project, changes={"check": check.code})
    messages.success(request, f"“{check.title}” is switched {words} for this project.")
    return redirect("quality:check", project_uuid=project.uuid, code=code)


def _check(code: str) -> Check:
    check = find_check(code)
    if check is None:
        raise Http404
    return check
