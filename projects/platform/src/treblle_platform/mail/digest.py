"""The weekly digest: what happened to one's APIs from Monday to Sunday, on Monday morning."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.urls import reverse
from treblle_models.histogram import Histogram
from treblle_models.models import (
    ApiChange,
    Email,
    EmailPreference,
    Endpoint,
    Problem,
    Project,
    ProjectHour,
    User,
)

from treblle_platform.accounts.middleware import zone
from treblle_platform.figures import count, percent
from treblle_platform.mail import outbox
from treblle_platform.mail.week_picture import Day, week_picture

# From this hour of Monday on, in the user's zone.
SENT_FROM_HOUR = 7
WEEK = timedelta(days=7)
KIND = EmailPreference.Kind.DIGEST
MAX_PROJECTS = 20


@dataclass
class Line:
    """One project's week; `change` is against the week before, in words."""

    name: str
    path: str
    requests: int
    change: str
    error_rate: float | None
    p95_ms: float | None
    news: str


@dataclass
class Week:
    """Sums over one project and one week, and its days in the user's zone."""

    requests: int = 0
    errors: int = 0
    histogram: Histogram = field(default_factory=Histogram)


def send_due(now: datetime) -> int:
    """Send to all whose Monday morning it is; returns how many went into the queue."""
    if now.weekday() in (2, 3, 4, 5):
        return 0  # Monday nowhere on earth
    sent = 0
    for user in User.objects.filter(is_active=True).order_by("pk").iterator():
        local = now.astimezone(zone(user.time_zone))
        if local.weekday() == 0 and local.hour >= SENT_FROM_HOUR:
            sent += send_digest(user, local.date())
    return sent


def send_digest(user: User, monday: date) -> bool:
    """The week before `monday`; nothing where there was no traffic in it, nor in the one before."""
    year, week, _ = (monday - WEEK).isocalendar()
    key = f"digest/{year}-W{week:02}/{user.uuid}"
    if Email.objects.filter(dedupe_key=key, sent_at__isnull=False).exists():
        return False
    if not outbox.is_wanted(user, KIND):
        return False
    own_zone = zone(user.time_zone)
    start = datetime.combine(monday - WEEK, time(), own_zone)
    end = datetime.combine(monday, time(), own_zone)
    projects = list(Project.objects.visible_to(user)[:MAX_PROJECTS])
    days, lines = _gather(projects, start, end)
    if not lines:
        return False
    in_words = ", ".join(f"{day.label} {count(day.requests)}" for day in days)
    return outbox.send(
        kind=KIND,
        to=user.email,
        user=user,
        subject=f"Your APIs last week: {count(sum(line.requests for line in lines))} requests",
        template="digest",
        context={
            "first_day": f"{start:%A, %-d %B}",
            "last_day": f"{end - timedelta(days=1):%A, %-d %B}",
            "time_zone": user.time_zone,
            "by_day_in_words": in_words,
            "lines": lines,
        },
        dedupe_key=key,
        images={"week": week_picture(days)},
    )


def _gather(
    projects: list[Project], start: datetime, end: datetime
) -> tuple[list[Day], list[Line]]:
    by_day = [[0, 0] for _ in range(7)]
    weeks = {project.pk: (Week(), Week()) for project in projects}
    for row in _hours(projects, start - WEEK, end):
        before, last = weeks[row.project_id]
        week = last if row.bucket >= start else before
        errors = row.client_errors + row.server_errors
        week.requests += row.requests
        week.errors += errors
        if row.bucket >= start:
            last.histogram.merge(row.histogram())
            day = by_day[(row.bucket.astimezone(start.tzinfo).date() - start.date()).days]
            day[0] += row.requests
            day[1] += errors
    days = [
        Day(f"{start + timedelta(days=n):%a}", requests, errors)
        for n, (requests, errors) in enumerate(by_day)
    ]
    news = _news(projects, start, end)
    busy = [p for p in projects if weeks[p.pk][0].requests or weeks[p.pk][1].requests]
    return days, [_line(project, *weeks[project.pk], news[project.pk]) for project in busy]


def _hours(projects: list[Project], start: datetime, end: datetime) -> Iterator[ProjectHour]:
    utc = ZoneInfo("UTC")
    return ProjectHour.objects.filter(
        project__in=projects, bucket__gte=start.astimezone(utc), bucket__lt=end.astimezone(utc)
    ).iterator()


def _line(project: Project, before: Week, last: Week, news: list[str]) -> Line:
    change = "new"
    if before.requests:
        share = (last.requests - before.requests) / before.requests
        change = f"{'+' if share >= 0 else '−'}{percent(abs(share))}"
    return Line(
        name=project.name,
        path=reverse("dashboard:page", kwargs={"project_uuid": project.uuid}),
        requests=last.requests,
        change=change,
        error_rate=last.errors / last.requests if last.requests else None,
        p95_ms=last.histogram.percentile(0.95) if last.requests else None,
        news=", ".join(news),
    )


def _news(projects: list[Project], start: datetime, end: datetime) -> dict[int, list[str]]:
    """What is new in a project, in words: problems, endpoints, breaking changes."""
    within = (start, end)
    counted = (
        (Problem.objects.filter(first_seen_at__range=within, merged_into=None), "new problem"),
        (Endpoint.objects.filter(first_seen_at__range=within), "new endpoint"),
        (
            ApiChange.objects.filter(Q(is_breaking=True), detected_at__range=within),
            "breaking change",
        ),
    )
    news: dict[int, list[str]] = {project.pk: [] for project in projects}
    for rows, word in counted:
        found = rows.filter(project__in=projects).values("project_id").annotate(n=Count("pk"))
        for row in found:
            plural = "" if row["n"] == 1 else "s"
            news[row["project_id"]].append(f"{row['n']} {word}{plural}")
    return news
