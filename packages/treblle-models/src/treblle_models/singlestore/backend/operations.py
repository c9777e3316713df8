"""Datetimes and the compilers of statements."""

from collections.abc import Sequence
from typing import Any

from django_singlestore.operations import DatabaseOperations as OfficialDatabaseOperations

Sql = tuple[str, Sequence[Any]]


class DatabaseOperations(OfficialDatabaseOperations):
    compiler_module = "treblle_models.singlestore.backend.compiler"

    def date_trunc_sql(
        self, lookup_type: str, sql: str, params: Sequence[Any], tzname: str | None = None
    ) -> Sql:
        """The beginning of the day, month … in that zone.

        The official backend converts again afterwards, from that zone as if it were another.
        """
        sql, params = self._convert_field_to_tz(sql, params, tzname)
        return f"DATE_TRUNC(%s, {sql})", (lookup_type, *params)

    def datetime_trunc_sql(
        self, lookup_type: str, sql: str, params: Sequence[Any], tzname: str | None
    ) -> Sql:
        return self.date_trunc_sql(lookup_type, sql, params, tzname)
