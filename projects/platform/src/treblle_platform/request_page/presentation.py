"""Details of a request as a page shows them. Whatever an SDK sent, nothing here fails on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from treblle_models.har import body_text

from treblle_platform.request_page.tree import tree

MASK = "****"
MAX_RAW_CHARACTERS = 200_000


@dataclass(frozen=True)
class Header:
    name: str
    value: str
    masked: bool


@dataclass(frozen=True)
class Side:
    """The request's or the response's half; `body` and `query` are None where there is none.

    `raw` is the body as text, cut off where a page would choke on it.
    """

    headers: list[Header]
    body: SafeString | None
    query: SafeString | None
    raw: str = ""


@dataclass(frozen=True)
class Presented:
    request: Side
    response: Side
    errors: list[dict[str, Any]]
    server: SafeString | None
    language: SafeString | None


def present(details: Mapping[str, Any]) -> Presented:
    errors = details.get("errors")
    return Presented(
        request=_side(details.get("request")),
        response=_side(details.get("response")),
        errors=[error for error in errors if isinstance(error, dict)]
        if isinstance(errors, list)
        else [],
        server=_tree(details.get("server")),
        language=_tree(details.get("language")),
    )


def _side(side: Any) -> Side:
    if not isinstance(side, dict):
        return Side([], None, None)
    headers = side.get("headers")
    pairs = headers.items() if isinstance(headers, dict) else ()
    return Side(
        headers=[_header(str(name), value) for name, value in sorted(pairs)],
        body=_tree(side.get("body")),
        query=_tree(side.get("query")),
        raw=body_text(side.get("body"))[:MAX_RAW_CHARACTERS],
    )


def _header(name: str, value: Any) -> Header:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Header(name, text, is_masked(text))


def is_masked(text: str) -> bool:
    """Stars alone, or after the word that says how: `Bearer ****`."""
    return len(text) > 1 and (not text.strip("*") or text.endswith(f" {MASK}"))


def _tree(value: Any) -> SafeString | None:
    return None if value is None or value in ("", {}, []) else tree(value)
