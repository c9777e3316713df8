"""What a few words find, of all that somebody may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Contains
from django.urls import reverse
from treblle_models.models import (
    Collection,
    Customer,
    Endpoint,
    Problem,
    Project,
    Request,
    SavedSearch,
    User,
)

from treblle_platform import navigation

# Of each kind; who wants more goes to its own list.
MOST_OF_A_KIND: Final = 6
MOST_PAGES: Final = 8
LEAST_TRACE_ID: Final = 16


@dataclass(frozen=True)
class Hit:
    """`where` says in which project it lies."""

    label: str
    url: str
    icon: str
    where: str = ""


@dataclass(frozen=True)
class Hits:
    label: str
    found: list[Hit]


def find_everything(user: User, text: str, project: Project | None = None) -> list[Hits]:
    """By kind, empty ones left out. Without words, the pages one can go to."""
    words = text.lower().split()
    groups = [Hits("Pages", list(_pages(user, words, project))[:MOST_PAGES])]
    groups.append(Hits("Projects", list(_projects(user, words))))
    if words:
        groups += [
            Hits("Requests", list(_requests(user, text.strip()))),
            Hits("Endpoints", list(_endpoints(user, words, project))),
            Hits("Customers", list(_customers(user, words, project))),
            Hits("Problems", list(_problems(user, words, project))),
            Hits("Saved searches", list(_searches(user, words, project))),
            Hits("Collections", list(_collections(user, words))),
        ]
    return [group for group in groups if group.found]


def _pages(user: User, words: list[str], project: Project | None) -> Iterator[Hit]:
    inside = navigation.project_links(project, user) if project else []
    for link in (link for _, links in inside for link in links):
        if _all_in(words, link.label):
            yield Hit(link.label, link.url, link.icon, project.name if project else "")
    for link in (*navigation.top_links(), *navigation.account_links(user)):
        if _all_in(words, link.label):
            yield Hit(link.label, link.url, link.icon)


def _projects(user: User, words: list[str]) -> Iterator[Hit]:
    found = _matching(Project.objects.visible_to(user), words, "name")
    for project in found.order_by("name", "pk")[:MOST_OF_A_KIND]:
        yield Hit(project.name, _in(project, "dashboard:page"), "cube")


def _requests(user: User, text: str) -> Iterator[Hit]:
    """By its id, looked for within each project; what may be a trace's id leads to the trace."""
    try:
        wanted = UUID(text)
    except ValueError:
        wanted = None
    if wanted is not None:
        projects = Project.objects.visible_to(user)
        found = Request.objects.filter(project__in=projects, uuid=wanted)
        for request in found.select_related("project")[:MOST_OF_A_KIND]:
            url = _in(request.project, "requests:detail", request_uuid=request.uuid)
            yield Hit(str(request), url, "queue-list", request.project.name)
    if len(text) >= LEAST_TRACE_ID and text.isalnum():
        url = reverse("traces:page", kwargs={"trace_id": text})
        yield Hit(f"Trace {text}", url, "queue-list")


def _endpoints(user: User, words: list[str], project: Project | None) -> Iterator[Hit]:
    seen = Endpoint.objects.visible_to(user).filter(merged_into=None)
    found = _matching(seen, words, "template", "method", "name")
    for endpoint in _here_first(found, project, "template"):
        url = _in(endpoint.project, "endpoints:detail", endpoint_uuid=endpoint.uuid)
        yield Hit(endpoint.name or str(endpoint), url, "map-pin", endpoint.project.name)


def _customers(user: User, words: list[str], project: Project | None) -> Iterator[Hit]:
    found = _matching(Customer.objects.visible_to(user), words, "external_id", "name")
    for customer in _here_first(found, project, "external_id"):
        url = _in(customer.project, "customers:detail", customer_uuid=customer.uuid)
        yield Hit(str(customer), url, "users", customer.project.name)


def _problems(user: User, words: list[str], project: Project | None) -> Iterator[Hit]:
    seen = Problem.objects.visible_to(user).filter(merged_into=None)
    found = _matching(seen, words, "error_type", "error_message")
    for problem in _here_first(found, project, "-last_seen_at"):
        url = _in(problem.project, "problems:detail", problem_uuid=problem.uuid)
        yield Hit(str(problem), url, "bug-ant", problem.project.name)


def _searches(user: User, words: list[str], project: Project | None) -> Iterator[Hit]:
    found = _matching(SavedSearch.objects.visible_to(user), words, "name")
    for search in _here_first(found, project, "name"):
        url = f"{_in(search.project, 'requests:list')}?{search.query}"
        yield Hit(search.name, url, "bookmark", search.project.name)


def _collections(user: User, words: list[str]) -> Iterator[Hit]:
    found = _matching(Collection.objects.visible_to(user), words, "name")
    for collection in found.order_by("name", "pk")[:MOST_OF_A_KIND]:
        url = reverse("collections:page", kwargs={"collection_uuid": collection.uuid})
        yield Hit(collection.name, url, "folder-open")


def _matching(rows: QuerySet[Any], words: Iterable[str], *names: str) -> QuerySet[Any]:
    """Rows in which each word stands in one of the columns, without regard to case."""
    for word in words:
        anywhere = Q()
        for name in names:
            anywhere |= Q(Contains(Lower(name), word))
        rows = rows.filter(anywhere)
    return rows


def _here_first(rows: QuerySet[Any], project: Project | None, order: str) -> list[Any]:
    """Of the project one looks at, then of the others."""
    ordered = rows.select_related("project").order_by(order, "pk")
    here = list(ordered.filter(project=project)[:MOST_OF_A_KIND]) if project else []
    others = ordered.exclude(project=project) if project else ordered
    return here + list(others[: MOST_OF_A_KIND - len(here)])


def _all_in(words: Iterable[str], label: str) -> bool:
    return all(word in label.lower() for word in words)


def _in(project: Project, view: str, **more: Any) -> str:
    return reverse(view, kwargs={"project_uuid": project.uuid} | more)
