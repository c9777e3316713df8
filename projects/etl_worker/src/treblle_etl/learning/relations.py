"""What else names an endpoint, and how it goes over to the endpoint that it became part of.

Each function moves the rows of one table and tells which endpoints had some. A table with a
foreign key to endpoints is here or in `history`: a test walks them all.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import BigIntegerField, Case, F, Model, Value, When
from treblle_models.models import (
    AlertRule,
    Anomaly,
    ApiChange,
    Endpoint,
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointCustomer,
    EndpointDocumentScore,
    EndpointSchema,
    EndpointScore,
)

from treblle_etl.learning import problems, schemas
from treblle_etl.transform.documents import merged

Moves = Mapping[int, int]
Join = Callable[[Any, Any], None]


def moved_to(moves: Moves) -> Case:
    """The SQL for the endpoint that a row's is part of now."""
    whens = [When(endpoint_id=old, then=Value(new)) for old, new in sorted(moves.items())]
    return Case(*whens, default=F("endpoint_id"), output_field=BigIntegerField())


def _pointed(model: type[Model]) -> Callable[[int, Moves], set[int]]:
    """Rows that only point to an endpoint."""

    def move(project_id: int, moves: Moves) -> set[int]:
        rows = model._default_manager.filter(project_id=project_id, endpoint_id__in=list(moves))
        found = set(rows.values_list("endpoint_id", flat=True).distinct())
        if found:
            rows.update(endpoint_id=moved_to({old: moves[old] for old in found}))
        return found

    return move


def _joined(
    model: type[Model], names: tuple[str, ...], join: Join
) -> Callable[[int, Moves], set[int]]:
    """Rows of which an endpoint has one for each value of `names`: two become one by `join`."""

    def move(project_id: int, moves: Moves) -> set[int]:
        ends = [*moves, *set(moves.values())]
        rows = model._default_manager.select_for_update().filter(
            project_id=project_id, endpoint_id__in=ends
        )
        stored: dict[tuple[Any, ...], Any] = {
            (row.endpoint_id, *(getattr(row, name) for name in names)): row  # type: ignore[attr-defined]
            for row in rows.order_by("pk")
        }
        found = [key for key in stored if key[0] in moves]
        for key in found:
            row, new = stored[key], (moves[key[0]], *key[1:])
            target = stored.get(new)
            if target is None:
                model._default_manager.filter(pk=row.pk).update(endpoint_id=new[0])
                stored[new] = row
            else:
                join(target, row)
                target.save()
                model._default_manager.filter(pk=row.pk).delete()
        return {key[0] for key in found}

    return move


def _join_customers(target: EndpointCustomer, row: EndpointCustomer) -> None:
    target.requests += row.requests
    target.first_seen_at = min(target.first_seen_at, row.first_seen_at)
    target.last_seen_at = max(target.last_seen_at, row.last_seen_at)


def _join_results(target: EndpointCheckResult, row: EndpointCheckResult) -> None:
    """The newer word stands."""
    if row.last_seen_at > target.last_seen_at:
        for name in ("outcome", "value", "evidence", "request_uuid", "since", "last_seen_at"):
            setattr(target, name, getattr(row, name))


def _join_days(target: EndpointCheckDay, row: EndpointCheckDay) -> None:
    target.passed += row.passed
    target.failed += row.failed


def _join_scores(target: Model, row: Model) -> None:
    """Scores do not add up; that of the endpoint that stays is kept."""


def _move_schemas(project_id: int, moves: Moves) -> set[int]:
    rows = EndpointSchema.objects.filter(project_id=project_id, endpoint_id__in=list(moves))
    found = set(rows.values_list("endpoint_id", flat=True).distinct())
    now = datetime.now(UTC)
    for old in sorted(found):
        ends = Endpoint.objects.in_bulk([old, moves[old]])
        states = schemas.load(ends.values())
        if moves[old] in ends:
            target, own = states[moves[old]], states[old]
            both = schemas.Known(merged(target.known, own.known), merged(target.recent, own.recent))
            both.last_seen_at = max(
                filter(None, (target.last_seen_at, own.last_seen_at)), default=now
            )
            schemas.save(project_id, schemas.rows_of([(moves[old], both)]), now)
        rows.filter(endpoint_id=old).delete()
    return found


# Tables whose rows only point to an endpoint.
POINTED: Final = (ApiChange, Anomaly, AlertRule)
MOVES: Final[tuple[Callable[[int, Moves], set[int]], ...]] = (
    _joined(EndpointCustomer, ("customer_id",), _join_customers),
    _joined(EndpointCheckResult, ("code", "stage"), _join_results),
    _joined(EndpointCheckDay, ("bucket", "code"), _join_days),
    _joined(EndpointScore, ("bucket", "stage"), _join_scores),
    _joined(EndpointDocumentScore, ("document_id",), _join_scores),
    _move_schemas,
    problems.move,
    *map(_pointed, POINTED),
)
