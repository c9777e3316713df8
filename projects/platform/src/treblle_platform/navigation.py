"""The platform's pages by name and place: a line here puts a page into the navigation.

An entry is shown where its URL exists and to those whom its `right` allows; what a page answers is
still decided by `access.py` alone. Icons are names of `heroicons/24/outline`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from treblle_models.models import Project, User


class Right(Enum):
    """What somebody must be allowed for an entry to be shown."""

    READ = "read"
    WRITE = "write"
    OWN = "own"
    STAFF = "staff"


@dataclass(frozen=True)
class Entry:
    """A page: `view` is the name of its URL, with its namespace; a project's takes `project_uuid`.

    It is marked as the current one on every page of that namespace, unless `exact` is set.
    """

    label: str
    view: str
    icon: str
    right: Right = Right.READ
    exact: bool = False

    def is_current(self, match: Any) -> bool:
        if match is None:
            return False
        if self.exact or ":" not in self.view:
            return bool(match.view_name == self.view)
        return bool(match.namespace == self.view.partition(":")[0])


@dataclass(frozen=True)
class Group:
    """Entries under a heading; the first group has none."""

    label: str
    entries: tuple[Entry, ...]


# Pages of one project, at its left side.
PROJECT = (
    Group(
        "",
        (
            Entry("Dashboard", "dashboard:page", "chart-bar-square"),
            Entry("Requests", "requests:list", "queue-list"),
        ),
    ),
    Group(
        "API",
        (
            Entry("Endpoints", "endpoints:list", "rectangle-stack"),
            Entry("Docs", "docs:home", "book-open"),
        ),
    ),
    Group(
        "Health",
        (
            Entry("Problems", "problems:list", "exclamation-triangle"),
            Entry("Quality", "quality:page", "check-badge"),
            Entry("Security", "security:page", "shield-check"),
        ),
    ),
    Group(
        "People",
        (
            Entry("Customers", "customers:list", "users"),
            Entry("Agents", "agents:page", "cpu-chip"),
            Entry("Embed", "embed:list", "window", Right.WRITE),
        ),
    ),
    Group(
        "Project",
        (
            Entry("Alerts", "alerts:list", "bell-alert"),
            Entry("Team", "team:members", "user-group"),
            Entry("Settings", "project_settings:general", "cog-6-tooth"),
            Entry("Set-up", "onboarding:setup", "code-bracket", Right.WRITE),
        ),
    ),
)
# Pages above projects, in the top bar.
TOP = (
    Entry("Projects", "projects:list", "squares-2x2"),
    Entry("Catalog", "catalog:list", "rectangle-group"),
    Entry("Collections", "collections:list", "folder-open"),
)
# In the menu behind one's own name.
ACCOUNT = (
    Entry("Your account", "profile:page", "user", exact=True),
    Entry("Log-in and security", "profile:security", "shield-check", exact=True),
    Entry("Keys and tokens", "keys:page", "key"),
    Entry("Billing", "billing:page", "credit-card"),
    Entry("Pipeline", "staff:page", "server-stack", Right.STAFF),
    Entry("Components", "styleguide", "swatch", Right.STAFF),
)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str
    is_current: bool


def project_links(project: Project, user: User, match: Any = None) -> list[tuple[str, list[Link]]]:
    """Groups of links, empty ones left out; `match` is the request's `resolver_match`."""
    rights = {Right.READ}
    if getattr(project, "may_write", False):
        rights.add(Right.WRITE)
    if project.user_id == user.pk:
        rights |= {Right.WRITE, Right.OWN}
    arguments = {"project_uuid": project.uuid}
    groups = [(group.label, _links(group.entries, rights, match, arguments)) for group in PROJECT]
    return [(label, links) for label, links in groups if links]


def top_links(match: Any = None) -> list[Link]:
    return _links(TOP, {Right.READ}, match)


def account_links(user: User | AnonymousUser, match: Any = None) -> list[Link]:
    rights = {Right.READ, Right.STAFF} if user.is_staff else {Right.READ}
    return _links(ACCOUNT, rights, match)


def _links(
    entries: tuple[Entry, ...],
    rights: set[Right],
    match: Any,
    arguments: dict[str, Any] | None = None,
) -> list[Link]:
    return [
        Link(
            label=entry.label,
            url=reverse(entry.view, kwargs=arguments),
            icon=entry.icon,
            is_current=entry.is_current(match),
        )
        for entry in entries
        if entry.right in rights
    ]
