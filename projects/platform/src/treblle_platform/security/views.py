import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from treblle_models.models import Anomaly, Project

from treblle_platform.access import ProjectRequest, reads_project
from treblle_platform.lists import Choice, Listing
from treblle_platform.security import queries
from treblle_platform.security.queries import AnomalyFilters


@require_safe
@reads_project
def security_page(request: ProjectRequest, project: Project) -> HttpResponse:
    view = queries.security_view(project, timezone.now())
    context = {
        "project": project,
        "view": view,
        "series": json.dumps(view.series, separators=(",", ":")),
        "days": queries.DAYS,
        "since": view.since,
    }
    return render(request, "security/page.html", context)


@require_safe
@reads_project
def anomaly_list(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    kind = Choice.of(request.GET, "kind", "Kind", Anomaly.Kind.choices, any_label="Any kind")
    severity = Choice.of(
        request.GET, "severity", "Severity", Anomaly.Severity.choices, any_label="Any severity"
    )
    ended = Choice.of(request.GET, "ended", "Over", queries.ENDS, any_label="Going on or over")
    filters = AnomalyFilters(kind.value, severity.value, ended.value)
    page = queries.anomaly_page(project, listing, filters)
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [kind, severity, ended],
        "is_filtered": filters != AnomalyFilters(),
    }
    return render(request, "security/anomalies.html", context)
