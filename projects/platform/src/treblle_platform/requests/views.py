from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Environment, Project, SavedSearch
from treblle_models.request_pages import NEWEST_FIRST, Cursor, Sort

from treblle_platform.access import ProjectRequest, reads_project
from treblle_platform.requests import choices
from treblle_platform.requests.columns import COLUMNS, USUAL, chosen_columns, sort_links
from treblle_platform.requests.exports import FORMATS, MOST_ROWS, MOST_ROWS_WITH_DETAILS, export
from treblle_platform.requests.filters import asked_filter
from treblle_platform.requests.operations import (
    choose_columns,
    delete_search,
    save_search,
)
from treblle_platform.requests.queries import endpoint_choices, listing, saved_searches
from treblle_platform.requests.rows import BLANK
from treblle_platform.world.countries import names as country_names


@require_safe
@reads_project
def request_list(request: ProjectRequest, project: Project) -> HttpResponse:
    """The first page, newest first, is live; every other stands still."""
    now = timezone.now()
    asked = asked_filter(project, request.GET, now)
    sort, cursor = _sort(request.GET.get("sort")), _cursor(request.GET.get("cursor"))
    columns = chosen_columns(request.GET.get("columns", ""), request.user)
    found = listing(project, asked, sort, cursor, now)
    endpoints = endpoint_choices(project)
    searches = saved_searches(project, request.user)
    is_live = sort == NEWEST_FIRST and cursor is None and asked.is_relative and not asked.body
    context = {
        "project": project,
        "asked": asked,
        "chips": choices.chips_of(asked, endpoints),
        "listing": found,
        "sort": "" if sort == NEWEST_FIRST else str(sort),
        "headings": sort_links(columns, sort),
        "columns": [column.name for column in columns],
        "all_columns": COLUMNS,
        "is_first": cursor is None,
        "live": is_live and not asked.problems,
        "live_query": asked.query,
        "needs_more": any(not column.is_live for column in columns),
        "blank": BLANK,
        # What is loaded from here on comes over the websocket.
        "since": max((row["loaded_at"] for row in found.rows), default=now.isoformat()),
        "searches": searches,
        "endpoints": endpoints,
        "environments": Environment.objects.for_project(project).order_by("name"),
        "countries": sorted(country_names().items(), key=lambda pair: pair[1]),
        "choices": choices,
        "most_rows": {"plain": MOST_ROWS, "har": MOST_ROWS_WITH_DETAILS},
    }
    return render(request, "requests/list.html", context, status=400 if asked.problems else 200)


@require_safe
@reads_project
def request_export(request: ProjectRequest, project: Project, format: str) -> HttpResponseBase:
    """What the list would show on all its pages, as a file."""
    asked = asked_filter(project, request.GET, timezone.now())
    if format not in FORMATS or asked.problems:
        raise Http404
    wanted = FORMATS[format]
    sort = _sort(request.GET.get("sort"))
    content = export(project, asked.filter, sort, wanted, asked.body)
    answer = StreamingHttpResponse(content, content_type=wanted.content_type)
    name = f"{slugify(project.name) or 'requests'}-requests.{format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Accel-Buffering"] = "no"
    return answer


@require_POST
@reads_project
def columns_choose(request: ProjectRequest, project: Project) -> HttpResponse:
    """One's own choice, for all one's projects; back to the list as it was."""
    names = request.POST.getlist("columns")
    choose_columns(user=request.user, names=USUAL if "usual" in request.POST else names)
    return redirect(f"{_list_of(project)}?{_query(request.POST.get('query', ''))}")


@require_POST
@reads_project
def search_save(request: ProjectRequest, project: Project) -> HttpResponse:
    name = request.POST.get("name", "").strip()
    query = _query(request.POST.get("query", ""))
    if name:
        save_search(
            project=project,
            user=request.user,
            name=name,
            query=query,
            columns=[c.name for c in chosen_columns("", request.user)],
            is_shared="is_shared" in request.POST,
        )
    return redirect(f"{_list_of(project)}?{query}")


@require_POST
@reads_project
def search_delete(request: ProjectRequest, project: Project, search_uuid: UUID) -> HttpResponse:
    """One's own; the project's owner may also remove those that others shared."""
    found = SavedSearch.objects.for_project(project).visible_to(request.user)
    search = found.filter(uuid=search_uuid).first()
    if search is None or request.user.pk not in (search.user_id, project.user_id):
        raise Http404
    delete_search(search)
    return redirect(_list_of(project))


def _list_of(project: Project) -> str:
    return reverse("requests:list", kwargs={"project_uuid": project.uuid})


def _query(text: str) -> str:
    """Only ever the tail of our own address."""
    return text.lstrip("?").replace("\n", "").replace("\r", "")


def _sort(text: str | None) -> Sort:
    """An unknown order is the usual one."""
    try:
        return Sort.parse(text) if text else NEWEST_FIRST
    except ValueError:
        return NEWEST_FIRST


def _cursor(text: str | None) -> Cursor | None:
    """Raises `Http404` for a link that was tampered with."""
    try:
        return Cursor.decode(text) if text else None
    except ValueError:
        raise Http404 from None
