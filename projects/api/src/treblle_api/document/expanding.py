"""How the document says what a row can be shown with (`?expand=`): there, and not required."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema


class ExpandableMembers(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    target_class = "treblle_api.selection.ExpandingMixin"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        own: Any = auto_schema
        schema = own._map_serializer(self.target, direction, bypass_extensions=True)
        for name, serializer in self.target.expandable.items():
            component = own.resolve_serializer(serializer(), direction)
            schema["properties"][name] = {
                "oneOf": [component.ref, {"type": "null"}],
                "description": f"With `expand={name}`.",
            }
        return dict(schema)
