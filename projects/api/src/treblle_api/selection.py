"""`?fields=` and `?expand=`: which members of a row an answer holds.

`fields` leaves out what was not named, `expand` adds what else a row is known with. A name that
a list does not know is a mistake of the client, and said so.
"""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

FIELDS: Final = "fields"
EXPAND: Final = "expand"


class ExpandingMixin:
    """A serializer whose rows can be shown with more: `expandable` names what, and how.

    A value is shown by its serializer, from the attribute of that name; null where there is none.
    The names asked for are `context["expand"]`.
    """

    expandable: ClassVar[Mapping[str, type[serializers.BaseSerializer[Any]]]] = {}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)  # type: ignore[misc]
        context: dict[str, Any] = self.context  # type: ignore[attr-defined]
        for name in context.get("expand", ()):
            value = getattr(instance, name)
            serializer = self.expandable[name]
            shown[name] = None if value is None else serializer(value, context=context).data
        return shown


def expansions(request: Request, serializer: type[Any]) -> frozenset[str]:
    """What is asked to be shown in full. Raises `ValidationError` for what cannot be."""
    known = getattr(serializer, "expandable", {})
    return _names(request, EXPAND, known) or frozenset()


def selected(request: Request, serializer: type[Any], data: Any) -> Any:
    """The answer with the members asked for: of each row of a list, or of the row itself."""
    if FIELDS not in request.query_params:
        return data
    known = {*serializer().fields, *getattr(serializer, "expandable", ())}
    names = _names(request, FIELDS, known)
    if names is None or not isinstance(data, Mapping):
        return data
    if "results" in data and "next" in data:
        return {**data, "results": [_only(row, names) for row in data["results"]]}
    return _only(data, names)


def _only(row: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in names}


def _names(request: Request, parameter: str, known: Collection[str]) -> frozenset[str] | None:
    text = request.query_params.get(parameter)
    if text is None:
        return None
    names = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(names - set(known))
    if unknown or not names:
        wrong = f"There is no {', '.join(unknown)}. " if unknown else ""
        raise ValidationError({parameter: [f"{wrong}It knows {', '.join(sorted(known)) or '–'}."]})
    return names
