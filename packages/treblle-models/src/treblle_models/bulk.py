"""Many rows at once, faster than `bulk_create`: for the tables that grow with traffic.

Rows are model instances, so their defaults are set as ever, and drawn values that collide are
drawn anew; what is left out is what Django does for each field of each row on the way to SQL.
Primary keys are not read back.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from operator import is_, itemgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.utils import timezone

from treblle_models import draws
from treblle_models.models.derived import DayField

_is_none = partial(is_, None)
M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]
LENGTH_OF_UTC_OFFSET = len("+00:00")
# What the drivers take as it is.
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.FloatField)


class JSONText(str):
    """JSON that is encoded already: a JSON column takes it as it is."""


def bulk_insert(rows: Sequence[models.Model]) -> int:
    """Insert unsaved instances of one model, in order, all or none; how many went in.

    `created_at` and the like are set where they are empty. Raises `IntegrityError` and
    `DataError` as the database does. Nothing asks the fields whether a value suits them.
    """
    if not rows:
        return 0
    model = type(rows[0])
    using = router.db_for_write(model)
    draws.draw_missing(rows, model)
    _set_times(rows, model)
    _set_derived(rows, model)
    if draws.drawn_fields(model):
        return draws.insert(rows, using, lambda: _insert(rows, model, using))
    return _insert(rows, model, using)


def row_maker(model: type[M]) -> Callable[[dict[str, Any]], M]:
    """Makes unsaved instances from values by attribute name (`project_id`), defaults included.

    As `model(**values)` does, several times faster: as when Django unpickles a row, `__init__`
    and its signals are left out. Raises TypeError for a name that is no column.
    """
    fields = model._meta.concrete_fields
    width = len(fields)
    is_called = {f.attname: f.has_default() and callable(f.default) for f in fields}
    fixed = {f.attname: None if is_called[f.attname] else f.get_default() for f in fields}
    called = [(f.attname, f.get_default) for f in fields if is_called[f.attname]]
    new = model.__new__

    def make(values: dict[str, Any]) -> M:
        complete = {**fixed, **values}
        if len(complete) != width:
            raise TypeError(f"{model.__name__} has no {sorted(complete.keys() - fixed.keys())}")
        for name, default in called:
            if name not in values:
                complete[name] = default()
        row = new(model)
        complete["_state"] = ModelState()
        row.__dict__ = complete
        return row

    return make


def insert_statement(model: type[models.Model], connection: BaseDatabaseWrapper) -> str:
    """`INSERT` of one row with every column but the drawn primary key."""
    quote = connection.ops.quote_name
    fields = _columns(model)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 (names of our own columns)


def driver_values(
    rows: Sequence[models.Model], connection: BaseDatabaseWrapper
) -> list[tuple[Any, ...]]:
    """The values of each row for `insert_statement`, as the driver takes them."""
    fields = _columns(type(rows[0]))
    read = itemgetter(*(field.attname for field in fields))
    return as_driver_takes(fields, (read(row.__dict__) for row in rows), connection)


def as_driver_takes(
    fields: "Sequence[models.Field[Any, Any]]",
    rows: Iterable[tuple[Any, ...]],
    connection: BaseDatabaseWrapper,
) -> list[tuple[Any, ...]]:
    """Rows of values, one for each field, as the driver takes them. There is at least one row."""
    # By column, not by row: most need no conversion, and the others go through `map`.
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    times = _times(connection)
    for place, field in enumerate(fields):
        is_time = isinstance(field, models.DateTimeField)
        convert = times if is_time else _converter(field, connection)
        if convert is not None:
            columns[place] = _converted(columns[place], convert)
    return list(zip(*columns, strict=True))


def _converted(values: Iterable[Any], convert: Convert) -> Iterable[Any]:
    # Not `None in values`, which would ask each uuid for its `__eq__`.
    if any(map(_is_none, values)):
        return [None if value is None else convert(value) for value in values]
    return map(convert, values)


def _insert(rows: Sequence[models.Model], model: type[models.Model], using: str) -> int:
    connection = connections[using]
    values = driver_values(rows, connection)
    with transaction.atomic(using, savepoint=False), connection.cursor() as cursor:
        cursor.executemany(insert_statement(model, connection), values)
    return len(rows)


def _columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]


def _set_times(rows: Sequence[models.Model], model: type[models.Model]) -> None:
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    now = timezone.now()
    for name in names:
        for row in rows:
            if getattr(row, name) is None:
                setattr(row, name, now)


def _set_derived(rows: Sequence[models.Model], model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        if isinstance(field, DayField):
            for row in rows:
                field.derive(row)


def _converter(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Convert | None:
    """What turns a value into the driver's; None where the driver takes it as it is."""
    if isinstance(field, models.ForeignKey):
        return _converter(field.target_field, connection)
    if isinstance(field, PLAIN):
        return None
    if isinstance(field, models.UUIDField):
        return str if connection.features.has_native_uuid_field else _hexadecimal
    if isinstance(field, models.JSONField):
        return _json(field, connection)
    return lambda value: field.get_db_prep_save(value, connection)


def _hexadecimal(value: UUID) -> str:
    return f"{value.int:032x}"


def _times(connection: BaseDatabaseWrapper) -> Convert:
    """As `adapt_datetimefield_value` writes times; those in UTC, which most are, in one step.

    For the rows of one batch only.
    """
    adapt: Convert = connection.ops.adapt_datetimefield_value
    if not _is_utc(connection.timezone):
        return adapt

    # Within a batch many times are one object; the rows keep it, so its id stays its own.
    known: dict[int, Any] = {}

    def convert(value: datetime) -> Any:
        text = known.get(id(value))
        if text is None:
            utc = value.tzinfo is UTC
            text = value.isoformat(" ")[:-LENGTH_OF_UTC_OFFSET] if utc else adapt(value)
            known[id(value)] = text
        return text

    return convert


def _is_utc(zone: tzinfo | None) -> bool:
    return zone is UTC or getattr(zone, "key", "") == "UTC"


def _json(field: "models.JSONField[Any, Any]", connection: BaseDatabaseWrapper) -> Convert:
    empty = field.get_db_prep_save({}, connection)

    def convert(value: Any) -> Any:
        if isinstance(value, JSONText):
            return str(value)
        return empty if value == {} else field.get_db_prep_save(value, connection)

    return convert
