"""Finds what is out of the usual in a project's last hour: spikes, drops, attacks."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, Sum
from treblle_models.models import Anomaly, Project, ProjectCheckResult, ProjectMinute, Request

from treblle_etl.quality.episodes import Sight, record
from treblle_etl.quality.past import HOUR, WINDOW, WINDOWS_AN_HOUR, Past, window_of
from treblle_etl.transform.checks.unusual import (
    ATTACKS,
    PATTERNS,
    attack_level,
    drop_level,
    spike_level,
    usual_of,
)

# Events may still be on their way when a window has just ended.
GRACE = timedelta(minutes=2)
# Addresses reported of one window, the busiest first.
MAX_ADDRESSES = 20
# By pattern, which requests fit it.
_CONDITIONS = {
    "refused": Q(status__in=(401, 403)),
    "scan": Q(status=404, endpoint=None),
    "malicious": Q(threat_level=Request.ThreatLevel.HIGH),
}
_ATTACK_CODES = (
    "sql-injection",
    "script-injection",
    "path-traversal",
    "command-injection",
    "nosql-injection",
    "ip-reputation",
)


def detect(project: Project, now: datetime) -> list[Anomaly]:
    """Look at the four windows of the last full hour, oldest first: a run that failed or was late
    is made up for. Gives the anomalies that began.
    """
    end = window_of(now - GRACE)
    begun: list[Anomaly] = []
    past = Past(project, end)
    with transaction.atomic():
        # One at a time for a project: what began is not entered twice.
        Project.objects.select_for_update().get(pk=project.pk)
        for number in range(WINDOWS_AN_HOUR):
            start = end - HOUR + number * WINDOW
            begun += _traffic(project, start, past)
            begun += _attacks(project, start, past)
    return begun


def _traffic(project: Project, start: datetime, past: Past) -> list[Anomaly]:
    usual = past.usual(start)
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


def _attacks(project: Project, start: datetime, past: Past) -> list[Anomaly]:
    end = start + WINDOW
    sights: dict[str, Sight] = {}
    for address, pattern, requests in _suspects(project, start, end):
        if attack_level(pattern, requests) is None or len(sights) == MAX_ADDRESSES:
            continue
        before = past.of_address(address, _CONDITIONS[pattern], start)
        level = attack_level(pattern, requests, before)
        if level is not None:
            evidence = f"{requests} {PATTERNS[pattern]}"
            sights.setdefault(address, Sight(level, requests, usual_of(before), evidence))
    return record(project, Anomaly.Kind.ATTACK, start, end, sights)


def _suspects(project: Project, start: datetime, end: datetime) -> list[tuple[str, str, int]]:
    """`(address, pattern, requests)`, the most requests first. Rows are read only where the
    roll-ups and results say that there is something to find.
    """
    minutes = ProjectMinute.objects.filter(project=project).between(start, end)
    errors = minutes.aggregate(n=Sum("client_errors"))["n"] or 0
    patterns = []
    if errors >= min(ATTACKS["refused"], ATTACKS["scan"]):
        patterns = ["refused", "scan"]
    if _saw_attacks(project, start):
        patterns.append("malicious")
    found: Counter[tuple[str, str]] = Counter()
    requests = Request.objects.filter(project=project).between(start, end).exclude(ip="")
    for pattern in patterns:
        matching = requests.filter(_CONDITIONS[pattern])
        by_address = matching.values_list("ip").annotate(n=Count("pk"))
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
