"""Anomalies as they begin, go on and end. Looking at a window again changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from treblle_models.models import Anomaly, Project

_ORDER = ["low", "medium", "high"]


@dataclass(frozen=True)
class Sight:
    """Something unusual in one window."""

    severity: str
    observed: float
    expected: float
    evidence: str = ""


def record(
    project: Project,
    kind: str,
    start: datetime,
    end: datetime,
    sights: dict[str, Sight],
) -> list[Anomaly]:
    """What a window from `start` to `end` showed of one kind, by what it came by (`""` where
    there is one such thing only). What was open and is not among `sights` has ended. Gives those
    that began.
    """
    near = Anomaly.objects.filter(
        project=project, kind=kind, endpoint=None, started_at__lt=end
    ).exclude(ended_at__lte=start)
    covered = {_identity(anomaly): anomaly for anomaly in near.order_by("started_at", "pk")}
    for identity, anomaly in covered.items():
        sight = sights.get(identity)
        if anomaly.ended_at is not None:
            continue
        if sight is not None:
            _go_on(anomaly, sight)
        elif start > anomaly.started_at:
            anomaly.ended_at = start
            anomaly.save(update_fields=["ended_at"])
    return Anomaly.objects.bulk_create(
        Anomaly(
            project=project,
            kind=kind,
            severity=sight.severity,
            started_at=start,
            observed=sight.observed,
            expected=sight.expected,
            evidence=_evidence(identity, sight),
        )
        for identity, sight in sorted(sights.items())
        if identity not in covered
    )


def _go_on(anomaly: Anomaly, sight: Sight) -> None:
    """Severity and numbers are those of the worst window."""
    is_worse = _ORDER.index(sight.severity) > _ORDER.index(anomaly.severity)
    further = abs(sight.observed - sight.expected) > abs(anomaly.observed - anomaly.expected)
    if not (is_worse or further):
        return
    if is_worse:
        anomaly.severity = sight.severity
    if further:
        anomaly.observed, anomaly.expected = sight.observed, sight.expected
        anomaly.evidence = _evidence(_identity(anomaly), sight)
    anomaly.save(update_fields=["severity", "observed", "expected", "evidence"])


def _identity(anomaly: Anomaly) -> str:
    """What it came by is the first part of its evidence: `203.0.113.9: 40 requests …`."""
    return anomaly.evidence.partition(": ")[0]


def _evidence(identity: str, sight: Sight) -> str:
    return f"{identity}: {sight.evidence}"[:1024] if identity else ""
