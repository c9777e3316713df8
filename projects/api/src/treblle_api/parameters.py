"""Query parameters, described and read by a serializer as bodies are."""

from copy import deepcopy
from datetime import datetime
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from treblle_models.request_filters import EARLIEST, LATEST


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

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """To read a query, only those it has or that have a default: each is copied for it."""
        given = getattr(self, "initial_data", None)
        if given is None:
            return super().get_fields()
        return {
            name: deepcopy(field)
            for name, field in self._declared_fields.items()
            if name in given or field.default is not empty
        }


def asked(request: Request, parameters: type[Parameters]) -> dict[str, Any]:
    """What was asked for, without what was not. Raises `ValidationError` by parameter."""
    query = request.query_params
    given = {
        name: query.getlist(name) if isinstance(field, serializers.ListField) else query[name]
        for name, field in parameters._declared_fields.items()
        if name in query
    }
    read = parameters(data=given)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)
