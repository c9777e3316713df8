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

# What a difference is of: its code, its location and the endpoint's key.
Place = tuple[str, str, int | None]


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
    rows = [_row(document, by_name.get(each.operation), each, now) for each in found]
    with transaction.atomic():
        ApiDocument.objects.select_for_update().get(pk=document.pk)
        _bring_up_to_date(list(ApiChange.objects.filter(document=document)), rows)
    return len(rows)


def _bring_up_to_date(stored: list[ApiChange], wanted: list[ApiChange]) -> None:
    """A difference that was known keeps its row, also where its words are other ones now."""
    same = {_key(row): row for row in stored}
    again = [(same.pop(_key(row)), row) for row in wanted if _key(row) in same]
    places: dict[Place, list[ApiChange]] = {}
    for row in same.values():
        places.setdefault(_place(row), []).append(row)
    kept = {id(row) for _, row in again}
    fresh = []
    for row in wanted:
        if id(row) in kept:
            continue
        if left := places.get(_place(row)):
            again.append((left.pop(), row))
        else:
            fresh.append(row)
    gone = [row.pk for rows in places.values() for row in rows]
    ApiChange.objects.filter(pk__in=gone).delete()
    for known, row in again:
        news = {name: getattr(row, name) for name in ("description", "is_breaking")}
        if row.request_uuid is not None and known.request_uuid is None:
            news |= {"request_uuid": row.request_uuid, "detected_at": row.detected_at}
        if any(getattr(known, name) != value for name, value in news.items()):
            ApiChange.objects.filter(pk=known.pk).update(**news)
    ApiChange.objects.bulk_create(fresh)


def _place(row: ApiChange) -> Place:
    """Endpoints share components, so that a location alone is not one difference."""
    return row.code, row.location, row.endpoint_id


def _key(row: ApiChange) -> tuple[Place, str]:
    return _place(row), row.description


def _row(
    document: ApiDocument, endpoint: Endpoint | None, found: Difference, now: datetime
) -> ApiChange:
    at, uuid = found.first or (None, None)
    return ApiChange(
        project_id=document.project_id,
        document=document,
        endpoint=endpoint,
        code=found.code,
        is_breaking=found.breaking,
        location=found.location[:LOCATION_LENGTH],
        description=found.words,
        # Empty where that request was erased.
        request_uuid=uuid or None,
        detected_at=datetime.fromtimestamp(at, UTC) if at is not None else now,
    )
