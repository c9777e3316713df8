"""Query parameters, described and read by a serializer as bodies are."""

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from rest_framework import serializers
from rest_framework.request import Request

# Nothing is older or later, and counting from within them leads nowhere that has no date.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2500, 1, 1, tzinfo=UTC)


class Moment(serializers.DateTimeField):
    """A time that requests can have."""

    default_error_messages: ClassVar = {
        "unlikely": f"A time from {EARLIEST.year} to {LATEST.year}."
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment < LATEST:
            self.fail("unlikely")
        return moment


class Parameters(serializers.Serializer[None]):
    """Each field is a parameter; lists are sent as `?status=404&status=5xx`. All may be left out."""


def asked(request: Request, parameters: type[Parameters]) -> dict[str, Any]:
    """What was asked for, without what was not. Raises `ValidationError` by parameter."""
    fields = parameters().fields
    query = request.query_params
    given = {
        name: query.getlist(name) if isinstance(field, serializers.ListField) else query[name]
        for name, field in fields.items()
        if name in query
    }
    read = parameters(data=given)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)
