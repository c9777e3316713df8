"""A team's own OpenAPI document beside the traffic: the differences are rows of `api_changes`.

Those of an uploaded document say how it differs from traffic now; one that is gone is removed.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from treblle_models.models import ApiChange, ApiDocument, Endpoint, PathState

from treblle_etl.learning import endpoints, schemas
from treblle_etl.transform.documents.comparing import Called, Difference, differences

LOCATION_LENGTH = 1_024
# An endpoint that was not called for so long, while others were, is dead.
DEAD_AFTER = timedelta(days=30)


def compare_newest(project_id: int) -> int | None:
    """Compare the document that was uploaded last; how many differences, None without one."""
    uploaded = ApiDocument.objects.filter(project_id=project_id, source=ApiDocument.Source.UPLOAD)
    newest = uploaded.order_by("-version").first()
    return None if newest is None else compare(newest)


def compare(document: ApiDocument) -> int:
    """Bring the differences of an uploaded document up to date; how many there are."""
    now = datetime.now(UTC)
    live = endpoints.live(document.project_id)
    counted = [each for each in live if not each.is_ignored]
    states = schemas.load(counted)
    by_name = {f"{each.method} {each.template}": each for each in counted}
    operations = {
        name: known.together
        for name, each in by_name.items()
        if (known := states[each.pk]).known.count or known.recent.count
    }
    called = [Called(each.method, each.template, each.last_seen_at) for each in live]
    newest = max(filter(None, (each.last for each in called)), default=now)
    state = PathState.objects.filter(project_id=document.project_id)
    found = differences(
        document.content,
        operations,
        called,
        requests=state.values_list("requests", flat=True).first() or 0,
        dead_before=newest - DEAD_AFTER,
    )
    wanted = {(each.code, each.location[:LOCATION_LENGTH]): each for each in found}
    with transaction.atomic():
        ApiDocument.objects.select_for_update().get(pk=document.pk)
        stored = {
            (row.code, row.location): row for row in ApiChange.objects.filter(document=document)
        }
        gone = [row.pk for key, row in stored.items() if key not in wanted]
        ApiChange.objects.filter(pk__in=gone).delete()
        for key in wanted.keys() & stored.keys():
            if stored[key].description != wanted[key].words:
                ApiChange.objects.filter(pk=stored[key].pk).update(description=wanted[key].words)
        ApiChange.objects.bulk_create(
            _row(document, by_name.get(each.operation), each, now)
            for key, each in wanted.items()
            if key not in stored
        )
    return len(wanted)


def _row(
    document: ApiDocument, endpoint: Endpoint | None, found: Difference, now: datetime
) -> ApiChange:
    return ApiChange(
        project_id=document.project_id,
        document=document,
        endpoint=endpoint,
        code=found.code,
        is_breaking=found.breaking,
        location=found.location[:LOCATION_LENGTH],
        description=found.words,
        detected_at=now,
    )
