"""Which endpoints of a project are undocumented or zombies, from days on which they were called."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count
from treblle_models.models import Endpoint, EndpointDay, Project
from treblle_service.check_catalog import CATALOG

from treblle_etl.quality.writing import Result
from treblle_etl.transform.checks import inventory
from treblle_etl.transform.checks.documents import DesignChecked
from treblle_etl.transform.checks.scoring import outcome_of


def results(
    project: Project, endpoint_ids: Sequence[int], document: DesignChecked | None, now: datetime
) -> dict[int, list[Result]]:
    """By endpoint, of those called within the last week. `document`: the team's own, if any."""
    documented, deprecated = _shapes(document)
    start = now - timedelta(days=inventory.LOOKED_BACK_DAYS)
    days = dict(
        EndpointDay.objects.filter(project=project)
        .between(start, now)
        .values_list("endpoint")
        .annotate(Count("bucket"))
        .order_by()
    )
    chosen = set(endpoint_ids)
    found: dict[int, list[Result]] = {}
    for endpoint in Endpoint.objects.filter(project=project):
        if endpoint.pk not in chosen:
            continue
        key = (endpoint.method, inventory.shape_of(endpoint.template))
        verdicts = {
            "undocumented-endpoint": inventory.undocumented(*key, documented),
            "zombie-endpoint": inventory.zombie(
                is_deprecated=key in deprecated,
                first_seen_at=endpoint.first_seen_at,
                days_called=days.get(endpoint.pk, 1),
                now=now,
            ),
        }
        found[endpoint.pk] = [
            _result(code, finding) for code, finding in verdicts.items() if finding is not None
        ]
    return found


def _result(code: str, finding: str) -> Result:
    share = 1.0 if finding else 0.0
    return Result(code, outcome_of(CATALOG[code], share), share, finding)


def _shapes(
    document: DesignChecked | None,
) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    if document is None:
        return frozenset(), frozenset()

    def shapes(operations: "Sequence[tuple[str, str]]") -> frozenset[tuple[str, str]]:
        return frozenset(
            (method, inventory.shape_of(base + path))
            for method, path in operations
            for base in document.base_paths
        )

    return shapes(list(document.operations)), shapes(list(document.deprecated))
