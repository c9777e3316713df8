"""How an operation is described: in words, by whom it may be asked, with an example.

Besides its own, each takes `fields` and `expand` (reads) or `Idempotency-Key` (writes).
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers

from treblle_api import idempotency, selection
from treblle_api.access import scope_of
from treblle_api.document.examples import example_of

F = TypeVar("F", bound=Callable[..., Any])
NOT_SAID: Any = object()


def operation(
    operation_id: str,
    summary: str,
    description: str = "",
    *,
    takes: Any = NOT_SAID,
    gives: Any = NOT_SAID,
    parameters: Sequence[Any] = (),
) -> Callable[[F], F]:
    """Describes a method of a view. `operation_id` leads with its tag: `problems_list`.

    `gives` is a serializer, or serializers by status; left out for lists, which say it themselves.
    """
    said = {"request": takes, "responses": gives}
    described: Callable[[F], F] = extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=description or f"{summary}.",
        tags=[operation_id.partition("_")[0]],
        parameters=list(parameters),
        **{name: value for name, value in said.items() if value is not NOT_SAID},
    )
    return described


class Operation(AutoSchema):
    def get_auth(self) -> list[dict[str, Any]]:
        """With the scope that a token needs (OpenAPI 3.1 lets any scheme name roles)."""
        scope = str(scope_of(self.view, self.method))
        return [{name: [scope] for name in each} for each in super().get_auth()]

    def is_deprecated(self) -> bool:
        return self._deprecation is not None

    def get_extensions(self) -> dict[str, Any]:
        """With when a deprecated operation will be gone: `tools/check_api.py` holds us to it."""
        return (
            {"x-sunset": self._deprecation.sunset.date().isoformat()} if self._deprecation else {}
        )

    @property
    def _deprecation(self) -> Any:
        return getattr(self.view, "deprecation", None)

    def get_override_parameters(self) -> list[Any]:
        row = getattr(self.view, "row_class", None)
        if self.method == "GET" and row is not None:
            filters = getattr(self.view, "filters", None)
            return [
                *([filters] if filters else []),
                *_parameter(selection.FIELDS, row().fields, "Members the answer shall have."),
                *_parameter(
                    selection.EXPAND,
                    getattr(row, "expandable", ()),
                    "What it shall be shown with.",
                ),
            ]
        if self.method in idempotency.METHODS and self.get_auth():
            return [
                OpenApiParameter(
                    idempotency.HEADER,
                    str,
                    OpenApiParameter.HEADER,
                    description="Sent again with the same key, the write happens once.",
                )
            ]
        return []

    def _get_examples(
        self,
        serializer: Any,
        direction: str,
        media_type: str,
        status_code: str | None = None,
        extras: list[OpenApiExample] | None = None,
    ) -> Any:
        """Where a view gives none, an example is made from what is described."""
        row = getattr(serializer, "child", serializer)
        row = row() if isinstance(row, type) else row
        if not extras and isinstance(row, serializers.Serializer):
            extras = [OpenApiExample("example", example_of(row, direction))]
        given = (serializer, direction, media_type, status_code, extras)
        return super()._get_examples(*given)  # type: ignore[no-untyped-call]


def _parameter(name: str, known: Any, description: str) -> list[OpenApiParameter]:
    if not known:
        return []
    schema = {"type": "array", "items": {"type": "string", "enum": sorted(known)}}
    return [OpenApiParameter(name, schema, description=description, explode=False, style="form")]
