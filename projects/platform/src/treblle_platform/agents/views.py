import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from treblle_models.models import Project, Request

from treblle_platform.access import ProjectRequest, reads_project
from treblle_platform.agents import queries
from treblle_platform.lists import Choice, Listing
from treblle_platform.periods import PERIODS, period_of

UNKNOWN = "unknown"


@require_safe
@reads_project
def agents_page(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    options = (*Request.AgentKind.choices, (UNKNOWN, "Unknown"))
    kind = Choice.of(request.GET, "kind", "Kind", options, any_label="Any kind")
    wanted = {"": None, UNKNOWN: ""}.get(kind.value, kind.value)
    period = period_of(request.GET)
    now = timezone.now()
    view = queries.agents_view(project, listing, wanted, period, now)
    context = {
        "project": project,
        "listing": listing,
        "view": view,
        "next_href": listing.next_href(view.apps),
        "series": json.dumps(view.series, separators=(",", ":")),
        "choices": [kind],
        "is_filtered": bool(kind.value),
        "period": period,
        "periods": PERIODS,
        "since": period.start(now),
    }
    return render(request, "agents/page.html", context)
