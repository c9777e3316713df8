import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Problem, Project

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.audit import record
from treblle_platform.lists import Choice, Listing, search_text
from treblle_platform.periods import PERIODS, period_of
from treblle_platform.problems import operations, queries
from treblle_platform.problems.queries import ProblemFilters

# As many as a page of the list has.
MAX_AT_ONCE = 50
# What a button says, and what the audit log then has.
CHANGES = {"resolve": "resolved", "ignore": "ignored", "reopen": "reopened"}


@require_safe
@reads_project
def problem_list(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    state = Choice.of(
        request.GET, "state", "State", queries.STATES, default="open", any_label="Any state"
    )
    kind = Choice.of(request.GET, "kind", "Kind", Problem.Kind.choices, any_label="Any kind")
    people = ((queries.MINE, "Assigned to me"), (queries.NOBODY, "Assigned to nobody"))
    assignee = Choice.of(request.GET, "assignee", "Assigned to", people, any_label="Anyone's")
    filters = ProblemFilters(
        text=search_text(request.GET),
        state=state.value,
        kind=kind.value,
        assignee=assignee.value,
        endpoint=_uuid(request.GET.get("endpoint", "")),
    )
    page = queries.problem_page(project, request.user, listing, filters, timezone.now())
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [kind, assignee],
        "kept": [
            (name, request.GET[name]) for name in ("state", "endpoint") if name in request.GET
        ],
        "search": filters.text,
        "is_filtered": filters != ProblemFilters(state="open"),
        "counts": queries.counts_by_state(project),
        "state": state.value,
    }
    return render(request, "problems/list.html", context)


@require_safe
@reads_project
def problem_detail(request: ProjectRequest, project: Project, problem_uuid: UUID) -> HttpResponse:
    problem = _problem(project, problem_uuid)
    if problem.uuid != problem_uuid:
        return redirect("problems:detail", project_uuid=project.uuid, problem_uuid=problem.uuid)
    period = period_of(request.GET)
    now = timezone.now()
    view = queries.problem_view(project, problem, period, now)
    may_write = getattr(project, "may_write", False)
    context = {
        "project": project,
        "problem": problem,
        "view": view,
        "series": json.dumps(view.series, separators=(",", ":")),
        "people": queries.people_of(project) if may_write else [],
        "period": period,
        "periods": PERIODS,
        "since": period.start(now),
    }
    return render(request, "problems/detail.html", context)


@writes_project
@require_POST
def problems_change(request: ProjectRequest, project: Project) -> HttpResponse:
    """Resolve, ignore or reopen those that are named by `problem`, from the list or one page."""
    uuids = [uuid for text in request.POST.getlist("problem") if (uuid := _uuid(text))]
    problems = list(Problem.objects.filter(project=project, uuid__in=uuids[:MAX_AT_ONCE]))
    change, now = request.POST.get("change"), timezone.now()
    for problem in problems:
        if change == "resolve":
            operations.resolve_problem(problem=problem, now=now)
        elif change == "ignore":
            operations.ignore_problem(problem=problem)
        elif change == "reopen":
            operations.reopen_problem(problem=problem)
        if change in CHANGES:
            record(request, f"problem.{CHANGES[change]}", problem, project=project)
    said = {"resolve": "resolved", "ignore": "ignored", "reopen": "opened again"}.get(change or "")
    if not problems or not said:
        messages.warning(request, "Pick at least one problem, and what to do with it.")
    elif len(problems) == 1:
        messages.success(request, f"The problem was {said}.")
    else:
        messages.success(request, f"{len(problems)} problems were {said}.")
    return _back(request, project)


@writes_project
@require_POST
def problem_assign(request: ProjectRequest, project: Project, problem_uuid: UUID) -> HttpResponse:
    problem = _problem(project, problem_uuid)
    wanted = request.POST.get("assignee", "")
    person = next((p for p in queries.people_of(project) if str(p.uuid) == wanted), None)
    if wanted and person is None:
        messages.error(request, "That person is not in this project.")
    else:
        operations.assign_problem(problem=problem, assignee=person)
        changes = {"assignee": person.email if person else ""}
        record(request, "problem.assigned", problem, project=project, changes=changes)
        whom = person.get_full_name() if person else "nobody"
        messages.success(request, f"The problem is now assigned to {whom}.")
    return redirect("problems:detail", project_uuid=project.uuid, problem_uuid=problem.uuid)


def _problem(project: Project, uuid: UUID) -> Problem:
    problem = queries.problem_of(project, uuid)
    if problem is None:
        raise Http404
    return problem


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back(request: HttpRequest, project: Project) -> HttpResponse:
    """To the page the form was on, with its filters; never to another site."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect("problems:list", project_uuid=project.uuid)
