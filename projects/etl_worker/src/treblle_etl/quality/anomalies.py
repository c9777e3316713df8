"""Finds what is out of the usual in a project's last hour: spikes, drops, attacks."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, Sum
from treblle_models.models import (
    Anomaly,
    Project,
    ProjectCheckResult,
    ProjectHour,
    ProjectMinute,
    Request,
)

from treblle_etl.quality.episodes import Sight, record
from treblle_etl.transform.checks.unusual import (
    ATTACKS,
    PATTERNS,
    WINDOW_MINUTES,
    Usual,
    attack_level,
    drop_level,
    spike_level,
)

WINDOW = timedelta(minutes=WINDOW_MINUTES)
# Windows looked at again on each run: a run that failed or was late is made up for.
WINDOWS = 4
# Events may still be on their way when a window has just ended.
GRACE = timedelta(minutes=2)
# Less of a past says nothing of the usual.
SHORTEST_PAST = timedelta(hours=6)
# Addresses reported of one window, the busiest first.
MAX_ADDRESSES = 20
_ATTACK_CODES = (
    "sql-injection",
    "script-injection",
    "path-traversal",
    "command-injection",
    "nosql-injection",
    "ip-reputation",
)


def detect(project: Project, now: datetime) -> list[Anomaly]:
    """Look at the last four full windows, oldest first; gives the anomalies that began."""
    end = _floor(now - GRACE)
    begun: list[Anomaly] = []
    with transaction.atomic():
        # One at a time for a project: what began is not entered twice.
        Project.objects.select_for_update().get(pk=project.pk)
        for back in range(WINDOWS, 0, -1):
            start = end - back * WINDOW
            begun += _traffic(project, start)
            begun += _attacks(project, start)
    return begun


def _floor(moment: datetime) -> datetime:
    minute = moment.minute - moment.minute % WINDOW_MINUTES
    return moment.replace(minute=minute, second=0, microsecond=0)


def _traffic(project: Project, start: datetime) -> list[Anomaly]:
    usual = _usual(project, start)
    observed = _requests(project, start)
    begun: list[Anomaly] = []
    for kind, level, expected in (
        (Anomaly.Kind.SPIKE, usual and spike_level(observed, usual), usual and usual.highest),
        (Anomaly.Kind.DROP, usual and drop_level(observed, usual), usual and usual.lowest),
    ):
        sights = {"": Sight(level, observed, expected or 0.0)} if level else {}
        begun += record(project, kind, start, start + WINDOW, sights)
    return begun


def _requests(project: Project, start: datetime) -> int:
    minutes = ProjectMinute.objects.filter(project=project).between(start, start + WINDOW)
    return minutes.aggregate(n=Sum("requests"))["n"] or 0


def _usual(project: Project, start: datetime) -> Usual | None:
    """None where the project is too young to have one."""
    hour = start.replace(minute=0)
    rows = ProjectHour.objects.filter(project=project)
    first = rows.order_by("bucket").values_list("bucket", flat=True).first()
    if first is None or hour - first < SHORTEST_PAST:
        return None
    day = timedelta(days=1)
    total = rows.between(hour - day, hour).aggregate(n=Sum("requests"))["n"] or 0
    windows = min(day, hour - first) / WINDOW
    return Usual(
        daily=total / windows,
        day_before=_at(project, hour - day, first),
        week_before=_at(project, hour - 7 * day, first),
    )


def _at(project: Project, hour: datetime, first: datetime) -> float | None:
    """Requests in a window of that hour, as a mean."""
    if hour < first:
        return None
    row = ProjectHour.objects.filter(project=project, bucket=hour).first()
    return (row.requests if row else 0) / (timedelta(hours=1) / WINDOW)


def _attacks(project: Project, start: datetime) -> list[Anomaly]:
    end = start + WINDOW
    sights: dict[str, Sight] = {}
    for address, pattern, requests in _suspects(project, start, end):
        level = attack_level(pattern, requests)
        if level is not None and len(sights) < MAX_ADDRESSES:
            evidence = f"{requests} {PATTERNS[pattern]}"
            sights.setdefault(
                address, Sight(level, float(requests), float(ATTACKS[pattern]), evidence)
            )
    return record(project, Anomaly.Kind.ATTACK, start, end, sights)


def _suspects(project: Project, start: datetime, end: datetime) -> list[tuple[str, str, int]]:
    """`(address, pattern, requests)`, the most requests first. Rows are read only where the
    roll-ups and results say that there is something to find.
    """
    minutes = ProjectMinute.objects.filter(project=project).between(start, end)
    errors = minutes.aggregate(n=Sum("client_errors"))["n"] or 0
    is_malicious = _saw_attacks(project, start)
    if errors < min(ATTACKS["refused"], ATTACKS["scan"]) and not is_malicious:
        return []
    patterns = {
        "refused": Q(status__in=(401, 403)),
        "scan": Q(status=404, endpoint=None),
    }
    if is_malicious:
        patterns["malicious"] = Q(threat_level=Request.ThreatLevel.HIGH)
    found: Counter[tuple[str, str]] = Counter()
    requests = Request.objects.filter(project=project).between(start, end).exclude(ip="")
    for pattern, condition in patterns.items():
        by_address = requests.filter(condition).values_list("ip").annotate(n=Count("pk"))
        for address, number in by_address.order_by("-n", "ip")[:MAX_ADDRESSES]:
            found[(address, pattern)] = number
    return [(address, pattern, number) for (address, pattern), number in found.most_common()]


def _saw_attacks(project: Project, start: datetime) -> bool:
    """Whether a high threat level means an attack: where the API is called over plain HTTP, every
    request has one.
    """
    seen = dict(
        ProjectCheckResult.objects.filter(
            project=project,
            stage="run_time",
            code__in=(*_ATTACK_CODES, "secure-connection"),
            last_seen_at__gte=start,
        )
        .values_list("code")
        .annotate(Max("last_seen_at"))
    )
    return bool(seen) and "secure-connection" not in seen
