"""Threats of the last days, counted by the ETL's checks."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Sum
from django.utils import timezone
from treblle_models.models import Anomaly, EndpointCheckDay, Project
from treblle_service.check_catalog import CATALOG, Group

DAYS: Final = 30


def security_of(project: Project) -> dict[str, Any]:
    checks = {code: check for code, check in CATALOG.items() if check.group is Group.THREAT}
    first = timezone.now() - timedelta(days=DAYS)
    wanted = sorted(checks.keys() - set(project.disabled_checks))
    counted = EndpointCheckDay.objects.for_project(project).filter(
        bucket__gte=first, code__in=wanted, failed__gt=0
    )
    totals: dict[str, int] = defaultdict(int)
    days: dict[datetime, int] = defaultdict(int)
    by_day = counted.values("code", "bucket").annotate(number=Sum("failed"))
    for row in by_day.order_by("bucket", "code"):
        totals[row["code"]] += row["number"]
        days[row["bucket"]] += row["number"]
    worst_first = sorted(totals, key=lambda code: (-checks[code].threat, -totals[code], code))
    going_on = Anomaly.objects.for_project(project).filter(ended_at=None)
    return {
        "threats": [
            {
                "code": code,
                "title": checks[code].title,
                "level": checks[code].threat.name.lower(),
                "requests": totals[code],
            }
            for code in worst_first
        ],
        "days": [{"at": day, "requests": number} for day, number in days.items()],
        "anomalies_going_on": going_on.count(),
    }
