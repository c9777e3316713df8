"""What the list of projects shows: the last 24 hours beside the 24 before, from roll-ups."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from treblle_models.histogram import Histogram
from treblle_models.models import (
    ApiChange,
    Endpoint,
    Problem,
    Project,
    ProjectHour,
    ProjectScore,
    Stage,
    User,
)
from treblle_service.check_catalog import grade_of

HOURS = 24
P95 = 0.95
# A score older than this says nothing of today.
SCORE_DAYS = 14
# More on one page than anyone can look over; search comes before this is reached.
MAX_PROJECTS = 200


@dataclass
class ProjectCard:
    """A project and its last 24 hours; `hourly` are requests by hour, oldest first."""

    project: Project
    is_owner: bool
    hourly: list[int] = field(default_factory=lambda: [0] * HOURS)
    errors: int = 0
    requests_before: int = 0
    errors_before: int = 0
    load_times: Histogram = field(default_factory=Histogram)
    score: float | None = None
    new_endpoints: int = 0
    new_problems: int = 0
    breaking_changes: int = 0

    @property
    def requests(self) -> int:
        return sum(self.hourly)

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.requests if self.requests else None

    @property
    def p95_ms(self) -> float | None:
        return self.load_times.percentile(P95)

    @property
    def grade(self) -> str:
        return "" if self.score is None else grade_of(self.score)

    @property
    def traffic_change(self) -> str:
        """Against the 24 hours before; empty where those had nothing."""
        if not self.requests_before:
            return ""
        change = self.requests / self.requests_before - 1
        return f"{'+' if change >= 0 else '−'}{abs(change):.0%}"

    @property
    def news(self) -> list[tuple[str, str]]:
        """What is new since yesterday in words, and whether it is `bad`."""
        before = self.errors_before / self.requests_before if self.requests_before else None
        worse = before is not None and self.error_rate is not None and self.error_rate > 2 * before
        found = [
            (_words(self.breaking_changes, "breaking change"), "bad"),
            (_words(self.new_problems, "new problem"), "bad"),
            (_words(self.new_endpoints, "new endpoint"), ""),
            ("error rate doubled" if worse and self.errors > HOURS else "", "bad"),
        ]
        return [(words, tone) for words, tone in found if words]


def project_cards(user: User, now: datetime) -> list[ProjectCard]:
    projects = list(Project.objects.visible_to(user)[:MAX_PROJECTS])
    cards = {each.pk: ProjectCard(each, each.user_id == user.pk) for each in projects}
    if cards:
        _count(cards, now)
        _score(cards, now)
        _tell_news(cards, now - timedelta(hours=HOURS))
    return list(cards.values())


def _count(cards: dict[int, ProjectCard], now: datetime) -> None:
    hour = timedelta(hours=1)
    first = now.replace(minute=0, second=0, microsecond=0) - hour * (HOURS - 1)
    rows = ProjectHour.objects.filter(
        project_id__in=cards, bucket__gte=first - HOURS * hour, bucket__lte=now
    )
    columns = ("project_id", "bucket", "requests", "client_errors", "server_errors", "load_times")
    for project_id, bucket, requests, *errors, load_times in rows.values_list(*columns):
        card = cards[project_id]
        if bucket < first:
            card.requests_before += requests
            card.errors_before += sum(errors)
            continue
        card.hourly[int((bucket - first) / hour)] += requests
        card.errors += sum(errors)
        card.load_times.merge(Histogram.from_bytes(bytes(load_times)))


def _score(cards: dict[int, ProjectCard], now: datetime) -> None:
    scores = ProjectScore.objects.filter(
        project_id__in=cards,
        stage=Stage.RUN_TIME,
        bucket__gte=now - timedelta(days=SCORE_DAYS),
    )
    # Days come in order: the newest score stays.
    for project_id, value in scores.order_by("bucket", "pk").values_list("project_id", "value"):
        cards[project_id].score = value


def _tell_news(cards: dict[int, ProjectCard], since: datetime) -> None:
    # A project's first day is new as a whole.
    known = {
        pk
        for pk, card in cards.items()
        if card.project.first_request_at and card.project.first_request_at < since
    }
    endpoints = Endpoint.objects.filter(first_seen_at__gte=since, is_ignored=False)
    problems = Problem.objects.filter(first_seen_at__gte=since, merged_into=None)
    changes = ApiChange.objects.filter(detected_at__gte=since, is_breaking=True)
    for project_id, number in _by_project(endpoints, known).items():
        cards[project_id].new_endpoints = number
    for project_id, number in _by_project(problems, known).items():
        cards[project_id].new_problems = number
    for project_id, number in _by_project(changes, known).items():
        cards[project_id].breaking_changes = number


def _by_project(rows: Any, projects: Iterable[int]) -> dict[int, int]:
    found = rows.filter(project_id__in=list(projects)).values("project_id")
    counted = found.annotate(number=Count("pk")).order_by("project_id")
    return defaultdict(int, {row["project_id"]: row["number"] for row in counted})


def _words(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""
