"""The time column that time-series functions take when none is named."""

from typing import Any

from treblle_models.singlestore.table_constraint import TableConstraint, distinct


class SeriesTimestamp(TableConstraint):
    """``received_at` datetime(6) NOT NULL SERIES TIMESTAMP`: the time of FIRST, LAST, TIME_BUCKET.

    One a table, a date or a time. Raises RepeatedField or NoFields where `field` is empty.
    """

    default_name = "%(app_label)s_%(class)s_series_timestamp"

    def __init__(self, field: str, *, name: str | None = None) -> None:
        (self.field,) = distinct((field,) if field else (), "SeriesTimestamp")
        super().__init__(name=name)

    def arguments(self) -> tuple[Any, ...]:
        return (self.field,)
