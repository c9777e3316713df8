"""Comparing JSON, on SingleStore only.

The official backend registers its `exact` lookups for every database of the process, as soon as
it is imported, and their cast (`:> JSON`) is an error anywhere else. These take their place and
ask the connection first.
"""

from typing import Any

from django.db.models import JSONField
from django.db.models.fields.json import JSONExact, KeyTransform, KeyTransformExact

VENDOR = "singlestore"


def _cast(lookup: JSONExact, compiler: Any, connection: Any) -> tuple[str, Any]:
    rhs, params = JSONExact.process_rhs(lookup, compiler, connection)
    return f"({rhs}) :> JSON", params


class JsonExact(JSONExact):
    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if connection.vendor == VENDOR:
            return _cast(self, compiler, connection)
        return super().process_rhs(compiler, connection)


class JsonKeyExact(KeyTransformExact):
    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if connection.vendor == VENDOR:
            return _cast(self, compiler, connection)
        return super().process_rhs(compiler, connection)


def register() -> None:
    JSONField.register_lookup(JsonExact)
    KeyTransform.register_lookup(JsonKeyExact)
