"""Query parameters, described and read by a serializer as bodies are."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


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
