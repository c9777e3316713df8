"""Examples for the document, made from the serializers by one vocabulary of values.

A value goes by `Serializer.field`, then by the field's name, then by its kind. A test holds every
example against the schema beside it.
"""

from typing import Any, TypeAlias, cast

from rest_framework import serializers

from treblle_api.document.vocabulary import BY_KIND, BY_NAME, BY_PLACE

AnySerializer: TypeAlias = "serializers.Serializer[Any]"


def example_of(serializer: AnySerializer, direction: str) -> dict[str, Any]:
    """`direction` is `request` or `response`."""
    hidden = "read_only" if direction == "request" else "write_only"
    return {
        name: _value(serializer, name, field, direction)
        for name, field in serializer.fields.items()
        if not getattr(field, hidden)
    }


def _value(owner: Any, name: str, field: Any, direction: str) -> Any:
    place = f"{type(owner).__name__.removesuffix('Serializer')}.{name}"
    if place in BY_PLACE:
        return BY_PLACE[place]
    if isinstance(field, serializers.ListSerializer):
        return [example_of(cast(AnySerializer, field.child), direction)]
    if isinstance(field, serializers.Serializer):
        return example_of(field, direction)
    if name in BY_NAME and not isinstance(field, serializers.ChoiceField):
        return BY_NAME[name]
    if isinstance(field, serializers.ListField):
        return [_value(owner, "", field.child, direction)]
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    return next(value for kind, value in BY_KIND if isinstance(field, kind))
