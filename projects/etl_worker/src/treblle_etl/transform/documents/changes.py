"""One change of an API, in words."""

from enum import StrEnum
from typing import Final

import msgspec

from treblle_etl.transform.schemas import Mark

REQUEST: Final = "request"


class Kind(StrEnum):
    ENDPOINT_ADDED = "endpoint_added"
    ENDPOINT_REMOVED = "endpoint_removed"
    STATUS_ADDED = "status_added"
    STATUS_REMOVED = "status_removed"
    MEDIA_TYPE_ADDED = "media_type_added"
    MEDIA_TYPE_REMOVED = "media_type_removed"
    AUTH_ADDED = "auth_added"
    AUTH_REMOVED = "auth_removed"
    PARAMETER_ADDED = "parameter_added"
    PARAMETER_REMOVED = "parameter_removed"
    FIELD_ADDED = "field_added"
    FIELD_REMOVED = "field_removed"
    BECAME_OPTIONAL = "became_optional"
    BECAME_REQUIRED = "became_required"
    BECAME_NULLABLE = "became_nullable"
    NEVER_NULL = "never_null"
    TYPE_CHANGED = "type_changed"
    FORMAT_CHANGED = "format_changed"
    VALUE_ADDED = "value_added"


class Change(msgspec.Struct, frozen=True):
    """`breaking` is whether a client that relied on how it was may fail.

    `place` is a status, `request` or empty; `field` a path like `data[].email`, or empty. `first`
    is when and in which request it showed, where a request can show it.
    """

    operation: str
    place: str
    field: str
    kind: Kind
    breaking: bool
    what: str
    first: Mark | None = None

    @property
    def words(self) -> str:
        """ "`GET /users/{id}` 200: `email` became optional"."""
        place = f" {self.place}" if self.place else ""
        field = f"`{self.field}` " if self.field else ""
        return f"`{self.operation}`{place}: {field}{self.what}"
