"""Pages of a list, newest first, that stay put while rows come in.

A cursor names the row where a page ends, by time and uuid; the next page begins behind it. New
rows come in before it, so none moves from one page to another, and equal times do no harm.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 100
PAGE_SIZE_TEXT: Final = re.compile("[1-9][0-9]{0,3}")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
EXAMPLE: Final = "https://api.example.com/v1/projects?cursor=bzE3NzUxMjI2MDAwMDAwMDAuNGY1YjZkMGU3"
# Direction; then, unless it begins at the end of the list, microseconds and uuid.
CURSOR_TEXT: Final = re.compile(r"([no])(?:(-?[0-9]{1,17})\.([0-9a-f]{32}))?")


@dataclass(frozen=True)
class Cursor:
    """Where a page begins. Without a position it is the very end it reads from."""

    to_newer: bool
    position: tuple[datetime, UUID] | None = None

    def encode(self) -> str:
        text = "n" if self.to_newer else "o"
        if self.position:
            time, uuid = self.position
            text += f"{(time - EPOCH) // MICROSECOND}.{uuid.hex}"
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, encoded: str) -> Self:
        """Raises `ValueError` for what `encode` never made."""
        text = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        match = CURSOR_TEXT.fullmatch(text)
        if match is None:
            raise ValueError("not a cursor")
        direction, microseconds, uuid = match.groups()
        if uuid is None:
            return cls(direction == "n")
        return cls(direction == "n", (EPOCH + int(microseconds) * MICROSECOND, UUID(uuid)))


class NewestFirst(BasePagination):
    """Pages by a time and uuid: one query a page, none to count.

    `sorts` are the times a list can be sorted by; the first is the default, newest first.
    """

    sorts: ClassVar[tuple[str, ...]] = ("created_at",)
    time_field: str
    descending: bool

    def paginate_queryset(
        self,
        queryset: "QuerySet[Any] | Sequence[Any]",
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        if not isinstance(queryset, QuerySet):
            raise TypeError("a cursor is a place in a query")
        self.request = request
        self.cursor = _cursor_of(request)
        self.time_field, self.descending = self._sort_of(request)
        size = page_size_of(request)
        rows = list(self._from_cursor(queryset)[: size + 1])
        self.has_more = len(rows) > size
        self.page = rows[:size]
        if self.cursor.to_newer:
            self.page.reverse()
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        came_from_a_page = self.cursor.position is not None
        older, newer = self.has_more, came_from_a_page
        if self.cursor.to_newer:
            older, newer = newer, older
        following = self._link(Cursor(False, self._position(-1))) if older else None
        previous = self._link(Cursor(True, self._position(0))) if newer else None
        return Response({"next": following, "previous": previous, "results": data})

    def _sort_of(self, request: Request) -> tuple[str, bool]:
        text = request.query_params.get("sort", f"-{self.sorts[0]}")
        if text not in self._sort_choices():
            raise ValidationError({"sort": [f"One of {', '.join(self._sort_choices())}."]})
        return text.removeprefix("-"), text.startswith("-")

    def _sort_choices(self) -> list[str]:
        return [f"{sign}{name}" for name in self.sorts for sign in ("-", "")]

    def _from_cursor(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # In the words of a cursor newer is what comes earlier in the list.
        rises = self.cursor.to_newer == self.descending
        sign = "" if rises else "-"
        ordered = queryset.order_by(f"{sign}{self.time_field}", f"{sign}uuid")
        if self.cursor.position is None:
            return ordered
        time, uuid = self.cursor.position
        way = "gt" if rises else "lt"
        beyond = Q(**{f"{self.time_field}__{way}": time}) | Q(**{f"uuid__{way}": uuid})
        # The first condition alone gives the database its range in the index.
        return ordered.filter(Q(**{f"{self.time_field}__{way}e": time}) & beyond)

    def _position(self, index: int) -> tuple[datetime, UUID] | None:
        if not self.page:
            return None
        row: Model = self.page[index]
        return getattr(row, self.time_field), row.uuid  # type: ignore[attr-defined]

    def _link(self, cursor: Cursor) -> str:
        return link_to(self.request, cursor.encode())

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE}
        choices = self._sort_choices()
        sort = {
            "name": "sort",
            "in": "query",
            "description": f"`{choices[0]}` where it is left out.",
            "schema": {"type": "string", "enum": choices},
        }
        return [
            *([sort] if len(self.sorts) > 1 else []),
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page begins: take it from `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": "Rows a page.",
                "schema": {"type": "integer"} | size,
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link | {"description": "The page of older rows.", "example": EXAMPLE},
                "previous": link | {"description": "The page of newer rows.", "example": None},
                "results": schema,
            },
        }


class LastSeenFirst(NewestFirst):
    sorts: ClassVar[tuple[str, ...]] = ("last_seen_at", "first_seen_at")


class FirstSeen(NewestFirst):
    sorts: ClassVar[tuple[str, ...]] = ("first_seen_at",)


def link_to(request: Request, cursor: str) -> str:
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))


def first_page(request: Request) -> str:
    return str(remove_query_param(request.build_absolute_uri(), "cursor"))


def _cursor_of(request: Request) -> Cursor:
    encoded = request.query_params.get("cursor")
    if encoded is None:
        return Cursor(to_newer=False)
    try:
        return Cursor.decode(encoded)
    except (ValueError, OverflowError):
        raise ValidationError({"cursor": ["This is not a cursor of this list."]}) from None


def page_size_of(request: Request) -> int:
    text = request.query_params.get("page_size", str(DEFAULT_PAGE_SIZE))
    if not PAGE_SIZE_TEXT.fullmatch(text) or int(text) > MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [f"A whole number from 1 to {MAX_PAGE_SIZE}."]})
    return int(text)
