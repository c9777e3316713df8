import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from treblle_models.corrections import history_left
from treblle_models.models import Endpoint, Project

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.audit import record
from treblle_platform.endpoints import operations
from treblle_platform.endpoints.details import endpoint_of, endpoint_view, merge_candidates
from treblle_platform.endpoints.forms import MergeForm, NameForm
from treblle_platform.endpoints.operations import CorrectionRefused
from treblle_platform.endpoints.queries import (
    COLUMNS,
    DEFAULT_SORT,
    STATES,
    EndpointFilters,
    endpoint_page,
    methods_of,
)
from treblle_platform.lists import Choice, Listing, search_text
from treblle_platform.periods import PERIODS, period_of
from treblle_platform.quality.results import results_of_endpoint

# What a button of the page may say of an endpoint.
STATE_CHANGES: dict[str, tuple[str, dict[str, bool]]] = {
    "pin": ("Pinned: learning leaves it alone.", {"is_pinned": True}),
    "unpin": ("No longer pinned.", {"is_pinned": False}),
    "ignore": ("Ignored: it counts nowhere.", {"is_ignored": True}),
    "heed": ("It counts again.", {"is_ignored": False}),
}


@require_safe
@reads_project
def endpoint_list(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, COLUMNS, DEFAULT_SORT)
    period = period_of(request.GET)
    methods = Choice.of(
        request.GET,
        "method",
        "Method",
        [(name, name) for name in methods_of(project)],
        any_label="Any method",
    )
    states = Choice.of(request.GET, "state", "Show", STATES, any_label="In use")
    filters = EndpointFilters(search_text(request.GET), methods.value, states.value)
    now = timezone.now()
    page = endpoint_page(project, listing, filters, period, now)
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [methods, states],
        "search": filters.text,
        "is_filtered": bool(filters.text or filters.method or filters.state),
        "period": period,
        "periods": PERIODS,
        "since": period.start(now),
    }
    return render(request, "endpoints/list.html", context)


@require_safe
@reads_project
def endpoint_detail(request: ProjectRequest, project: Project, endpoint_uuid: UUID) -> HttpResponse:
    return _page(request, project, _endpoint(project, endpoint_uuid))


@require_safe
@reads_project
def endpoint_history(
    request: ProjectRequest, project: Project, endpoint_uuid: UUID
) -> HttpResponse:
    """The part of the page that says how far history is."""
    endpoint = _endpoint(project, endpoint_uuid)
    context = {
        "project": project,
        "endpoint": endpoint,
        "left": history_left(endpoint, timezone.now()),
    }
    return render(request, "endpoints/history.html", context)


def _page(
    request: ProjectRequest,
    project: Project,
    endpoint: Endpoint,
    *,
    naming: NameForm | None = None,
    merging: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    period = period_of(request.GET)
    now = timezone.now()
    view = endpoint_view(project, endpoint, period, now)
    may_correct = getattr(project, "may_write", False) and endpoint.merged_into_id is None
    if may_correct:
        naming = naming or NameForm.of(endpoint)
        merging = merging or MergeForm(merge_candidates(project, endpoint), auto_id="merge_%s")
    context = {
        "project": project,
        "endpoint": endpoint,
        "view": view,
        "checks": results_of_endpoint(project, endpoint),
        "series": json.dumps(view.figures.series(), separators=(",", ":")),
        "may_correct": may_correct,
        "naming": naming,
        "merging": merging,
        "period": period,
        "periods": PERIODS,
        "since": period.start(now),
    }
    return render(request, "endpoints/detail.html", context, status=status)


@writes_project
@require_POST
def endpoint_rename(request: ProjectRequest, project: Project, endpoint_uuid: UUID) -> HttpResponse:
    endpoint = _endpoint(project, endpoint_uuid)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            operations.change_endpoint(endpoint=endpoint, **form.cleaned_data)
        except CorrectionRefused as reason:
            form.add_error("template", _sentence(reason))
    if form.errors:
        return _page(request, project, endpoint, naming=form, status=400)
    changes = {"name": endpoint.name, "template": endpoint.template}
    record(request, "endpoint.renamed", endpoint, project=project, changes=changes)
    messages.success(request, "The name was changed.")
    return _back(project, endpoint)


@writes_project
@require_POST
def endpoint_state(request: ProjectRequest, project: Project, endpoint_uuid: UUID) -> HttpResponse:
    endpoint = _endpoint(project, endpoint_uuid)
    change = STATE_CHANGES.get(request.POST.get("change", ""))
    if change is None:
        messages.error(request, "That is nothing that can be done with an endpoint.")
        return _back(project, endpoint)
    said, changed = change
    try:
        operations.change_endpoint(endpoint=endpoint, **changed)
    except CorrectionRefused as reason:
        messages.error(request, _sentence(reason))
    else:
        changes = {"change": request.POST["change"]}
        record(request, "endpoint.corrected", endpoint, project=project, changes=changes)
        messages.success(request, said)
    return _back(project, endpoint)


@writes_project
@require_POST
def endpoint_merge(request: ProjectRequest, project: Project, endpoint_uuid: UUID) -> HttpResponse:
    endpoint = _endpoint(project, endpoint_uuid)
    form = MergeForm(merge_candidates(project, endpoint), request.POST, auto_id="merge_%s")
    if form.is_valid():
        other, template = form.cleaned_data["other"], form.cleaned_data["template"]
        try:
            target = operations.merge_endpoints(endpoint=endpoint, other=other, template=template)
        except CorrectionRefused as reason:
            form.add_error(None, _sentence(reason))
        else:
            changes = {"template": target.template}
            record(request, "endpoint.merged", endpoint, project=project, changes=changes)
            messages.success(request, f"It is {target} now; what was counted follows in a moment.")
            return _back(project, target)
    return _page(request, project, endpoint, merging=form, status=400)


def _sentence(reason: Exception) -> str:
    text = str(reason)
    return f"{text[:1].upper()}{text[1:]}."


def _endpoint(project: Project, uuid: UUID) -> Endpoint:
    endpoint = endpoint_of(project, uuid)
    if endpoint is None:
        raise Http404
    return endpoint


def _back(project: Project, endpoint: Endpoint) -> HttpResponse:
    return redirect("endpoints:detail", project_uuid=project.uuid, endpoint_uuid=endpoint.uuid)
