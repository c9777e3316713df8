"""All APIs of a user's teams, with what helps to find the right one."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Sum
from treblle_models.models import (
    ApiDocument,
    Project,
    ProjectDay,
    ProjectFollower,
    ProjectScore,
    Stage,
    User,
)

from treblle_platform.figures import grade
from treblle_platform.lists import Column, Listing, Page

# More than anyone's teams have; search comes before this is reached.
MAX_PROJECTS = 1_000
DAYS = 7
DEFAULT_SORT = "name"
COLUMNS: Sequence[Column] = (
    Column("API", key="name", css="c-main"),
    Column("Category", key="category", css="c-category"),
    Column("Grade", key="score", falls=True, css="c-grade", hint="of its traffic"),
    Column("Requests", key="requests", falls=True, number=True, hint=f"in the last {DAYS} days"),
    Column("Docs", css="c-docs"),
    Column("Followers", key="followers", falls=True, number=True),
    Column("Follow", css="acts"),
)
FOLLOWED, PUBLIC_DOCS = "followed", "public-docs"
SHOWN = ((FOLLOWED, "That I follow"), (PUBLIC_DOCS, "With public docs"))


@dataclass
class CatalogRow:
    project: Project
    score: float | None = None
    requests: int = 0
    followers: int = 0
    is_followed: bool = False
    document_version: int | None = None
    may_write: bool = False

    @property
    def grade(self) -> str:
        return grade(self.score)


VALUES: dict[str, Callable[[CatalogRow], Any]] = {
    "name": lambda row: row.project.name.lower(),
    "category": lambda row: row.project.category.lower(),
    "score": lambda row: row.score,
    "requests": lambda row: row.requests,
    "followers": lambda row: row.followers,
}


@dataclass(frozen=True)
class CatalogFilters:
    text: str = ""
    category: str = ""
    tag: str = ""
    shown: str = ""

    def fits(self, row: CatalogRow) -> bool:
        project, text = row.project, self.text.lower()
        searched = f"{project.name} {project.description} {' '.join(tags_of(project))}".lower()
        return (
            (not text or text in searched)
            and (not self.category or project.category == self.category)
            and (not self.tag or self.tag in tags_of(project))
            and (self.shown != FOLLOWED or row.is_followed)
            and (self.shown != PUBLIC_DOCS or project.docs_are_public)
        )


def tags_of(project: Project) -> list[str]:
    return [tag for tag in project.tags if isinstance(tag, str)]


def catalog_rows(user: User, now: datetime) -> list[CatalogRow]:
    projects = list(Project.objects.visible_to(user).order_by("name", "pk")[:MAX_PROJECTS])
    rows = {project.pk: CatalogRow(project) for project in projects}
    pks = list(rows)
    writable = Project.objects.writable_by(user).filter(pk__in=pks)
    for project_id in writable.values_list("pk", flat=True):
        rows[project_id].may_write = True
    followers: dict[int, int] = defaultdict(int)
    for project_id, user_id in ProjectFollower.objects.filter(project_id__in=pks).values_list(
        "project_id", "user_id"
    ):
        followers[project_id] += 1
        rows[project_id].is_followed |= user_id == user.pk
    for project_id, number in followers.items():
        rows[project_id].followers = number
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = ProjectDay.objects.filter(
        project_id__in=pks, bucket__gte=today - timedelta(days=DAYS - 1)
    )
    sums = days.values("project_id").annotate(total=Sum("requests")).order_by("project_id")
    for found in sums:
        rows[found["project_id"]].requests = found["total"]
    documents = ApiDocument.objects.filter(project_id__in=pks).values("project_id")
    for newest in documents.annotate(newest=Max("version")).order_by("project_id"):
        rows[newest["project_id"]].document_version = newest["newest"]
    # Days come in order: the newest score stays.
    scores = ProjectScore.objects.filter(
        project_id__in=pks, stage=Stage.RUN_TIME, bucket__gte=today - timedelta(days=DAYS)
    )
    for project_id, value in scores.order_by("bucket", "pk").values_list("project_id", "value"):
        rows[project_id].score = value
    return list(rows.values())


def catalog_page(
    rows: Sequence[CatalogRow], listing: Listing, filters: CatalogFilters
) -> Page[CatalogRow]:
    fitting = [row for row in rows if filters.fits(row)]
    return listing.page_among(
        fitting, VALUES[listing.sort.column.key], lambda row: row.project.uuid
    )


def categories_of(rows: Sequence[CatalogRow]) -> list[str]:
    return sorted({row.project.category for row in rows if row.project.category}, key=str.lower)


def all_tags_of(rows: Sequence[CatalogRow]) -> list[str]:
    return sorted({tag for row in rows for tag in tags_of(row.project)}, key=str.lower)
