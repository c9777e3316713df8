"""What a row's defaults draw at random may collide: then it is drawn anew, a few times.

A value that was given is never touched: what a default drew carries a mark
(`identity.DrawnUUID`, `identity.DrawnKey`), and only that is drawn again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction

from treblle_models.identity import DrawnKey, DrawnUUID, new_api_key, new_custom_id, new_uuid

T = TypeVar("T")
AnyField: TypeAlias = "models.Field[Any, Any]"
Key = tuple[Any, ...]
DRAWS = (new_uuid, new_api_key, new_custom_id)
DRAWN = (DrawnUUID, DrawnKey)
# How often rows are offered to the database before a collision is taken for something else.
ATTEMPTS = 5
QUERY_CHUNK = 500


@cache
def drawn_fields(model: type[models.Model]) -> tuple[AnyField, ...]:
    """The fields whose default is drawn at random and must not be there twice."""
    return tuple(field for field in model._meta.concrete_fields if field.default in DRAWS)


def draw_missing(rows: Iterable[models.Model], model: type[models.Model]) -> None:
    """Fill drawn fields that somebody emptied; defaults have filled the others already."""
    for field in drawn_fields(model):
        name = field.attname
        for row in rows:
            if not getattr(row, name):
                setattr(row, name, field.get_default())


def insert(rows: Sequence[models.Model], using: str, statement: Callable[[], T]) -> T:
    """Run a statement that inserts `rows`; where drawn values collide, draw others and run again.

    Inside a transaction each attempt is a savepoint. Raises what the statement raises:
    `IntegrityError` too, for a value that was given and after `ATTEMPTS` collisions.
    """
    for attempt in range(ATTEMPTS):
        try:
            with _savepoint(using):
                result = statement()
            break
        except IntegrityError:
            if attempt == ATTEMPTS - 1 or not redraw_colliding(rows, using):
                raise
    _unmark(rows)
    return result


def _unmark(rows: Sequence[models.Model]) -> None:
    """What stands in the database is that row's: taken over into another row, it counts as given."""
    for field in drawn_fields(type(rows[0])):
        name = field.attname
        for row in rows:
            value = row.__dict__[name]
            if isinstance(value, DrawnUUID):
                row.__dict__[name] = UUID(int=value.int)
            elif isinstance(value, DrawnKey):
                row.__dict__[name] = str(value)


def settle(rows: Sequence[models.Model], using: str) -> None:
    """Draw until nothing collides: for statements that are silent about conflicts."""
    for _ in range(ATTEMPTS):
        if not rows or not redraw_colliding(rows, using):
            return


def redraw_colliding(rows: Sequence[models.Model], using: str) -> bool:
    """Draw anew what stands in the database already or twice in `rows`; whether anything did."""
    model = type(rows[0])
    changed = False
    for field in drawn_fields(model):
        for names in _unique_with(model, field):
            changed |= _redraw(rows, field, names, using)
    return changed


def _redraw(
    rows: Sequence[models.Model], field: AnyField, names: tuple[str, ...], using: str
) -> bool:
    drawn: list[models.Model] = []
    taken: set[Key] = set()
    for row in rows:
        if isinstance(getattr(row, field.attname), DRAWN):
            drawn.append(row)
        else:
            taken.add(_key(row, names))
    taken |= _stored(type(rows[0]), [_key(row, names) for row in drawn], names, using)
    changed = False
    for row in drawn:
        if _key(row, names) in taken:
            setattr(row, field.attname, field.get_default())
            changed = True
        taken.add(_key(row, names))
    return changed


def _key(row: models.Model, names: tuple[str, ...]) -> Key:
    return tuple(getattr(row, name) for name in names)


def _stored(
    model: type[models.Model], keys: list[Key], names: tuple[str, ...], using: str
) -> set[Key]:
    found: set[Key] = set()
    for start in range(0, len(keys), QUERY_CHUNK):
        columns = zip(*keys[start : start + QUERY_CHUNK], strict=True)
        ranges = {f"{name}__in": set(values) for name, values in zip(names, columns, strict=True)}
        found |= set(model._base_manager.using(using).filter(**ranges).values_list(*names))
    return found


@cache
def _unique_with(model: type[models.Model], field: AnyField) -> tuple[tuple[str, ...], ...]:
    """The attributes of each unique key the field is part of."""
    keys: list[tuple[str, ...]] = [(field.attname,)] if field.unique else []
    for constraint in model._meta.total_unique_constraints:
        if field.name in constraint.fields:
            fields = (model._meta.get_field(name) for name in constraint.fields)
            keys.append(tuple(getattr(each, "attname", each.name) for each in fields))
    return tuple(keys)


@contextmanager
def _savepoint(using: str) -> Iterator[None]:
    if not transaction.get_connection(using).in_atomic_block:
        yield
        return
    with transaction.atomic(using):
        yield
