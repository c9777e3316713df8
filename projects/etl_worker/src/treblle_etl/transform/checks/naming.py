"""What an endpoint's template and path say by themselves; worked out once a template."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Final

import msgspec

from treblle_etl.transform.paths.forms import parts_of

CACHED_TEMPLATES: Final = 8192
DEEPEST: Final = 3  # resources inside one another

_VERSION: Final = re.compile(r"v\d+(?:[._]\d+)*(?:(?:alpha|beta)\d*)?|\d{4}-\d{2}(?:-\d{2})?", re.I)
_PREFIXES: Final = frozenset(["api", "apis", "rest", "public", "internal", "admin", "me"])
_PLURALS: Final = frozenset(
    [
        "people",
        "children",
        "men",
        "women",
        "media",
        "data",
        "news",
        "series",
        "species",
        "staff",
        "feedback",
        "information",
        "history",
        "equipment",
        "inventory",
        "metadata",
        "content",
        "traffic",
        "feet",
        "criteria",
        "indices",
        "geese",
    ]
)
_SINGULARS: Final = frozenset(["status", "address", "process", "access", "business", "class"])
# What may stand before a parameter without being a collection.
_SELECTORS: Final = frozenset(
    [
        "by",
        "search",
        "lookup",
        "page",
        "date",
        "year",
        "month",
        "day",
        "version",
        "format",
        "lang",
        "locale",
        "of",
        "in",
        "at",
        "to",
        "from",
        "for",
        "with",
        "since",
        "until",
        "before",
        "after",
    ]
)
_VERBS: Final = frozenset(
    [
        "get",
        "set",
        "create",
        "add",
        "insert",
        "update",
        "edit",
        "modify",
        "delete",
        "remove",
        "fetch",
        "list",
        "retrieve",
        "save",
        "store",
        "make",
        "find",
        "put",
        "post",
        "patch",
    ]
)
_PUBLIC: Final = re.compile(
    r"(?:^|[/_.-])(?:log-?in|log-?out|sign-?in|sign-?up|sign-?out|register|registration|tokens?"
    r"|oauth2?|auth|authenticate|authorize|sessions?|sso|saml|passwords?|webhooks?|hooks?|callbacks?"
    r"|health[a-z]*|ping|status|metrics|ready|readiness|live|liveness|favicon|robots|docs|openapi"
    r"|swagger|public|well-known|verify|verification|confirm|subscribe|unsubscribe|newsletters?"
    r"|contact|search|graphql|csp-report|beacon|track|analytics)(?=$|[/_.-])",
    re.I,
)
_LOG_IN: Final = re.compile(
    r"(?:^|[/_.-])(?:log-?in|sign-?in|sign-?up|register|registration|tokens?|oauth2?|auth"
    r"|authenticate|authorize|sessions?|sso|refresh|api-?keys?|keys|credentials|secrets?"
    r"|verify|users/me)(?=$|[/_.-])",
    re.I,
)
# Between the words of `apiCredentials`.
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ORDERS: Final = re.compile(
    r"(?:^|[/_.-])(?:payments?|charges?|orders?|transfers?|payouts?|refunds?|checkouts?"
    r"|purchases?|invoices?)/?$",
    re.I,
)


class Naming(msgspec.Struct, frozen=True, gc=False):
    """What is wrong with a name, in words; empty where nothing is."""

    singular: str = ""
    verb: str = ""
    spelling: str = ""
    depth: str = ""
    has_version: bool = False
    # Open to all by its nature: log-in, health, webhooks.
    is_public: bool = False
    # Hands out secrets by its nature.
    is_log_in: bool = False
    moves_money: bool = False


# Of what belongs to no endpoint, such as what scanners ask for: it says nothing of the API.
NOWHERE: Final = Naming(has_version=True)


@lru_cache(maxsize=CACHED_TEMPLATES)
def naming_of(template: str) -> Naming:
    """Look at a template such as `/v1/users/{user_id}`."""
    segments = [segment for segment in template.split("/") if segment][:32]
    literals = [s for s in segments if "{" not in s]
    return Naming(
        singular=_singular(segments),
        verb=_first(literals, _verb),
        spelling=_first(literals, _misspelt),
        depth=_depth(segments),
        has_version=any(_VERSION.fullmatch(s) for s in literals),
        is_public=_PUBLIC.search(template) is not None,
        is_log_in=_LOG_IN.search(_HUMP.sub("-", template)) is not None,
        moves_money=_ORDERS.search(template) is not None,
    )


def _first(literals: list[str], finds: Callable[[str], bool]) -> str:
    return next((f"`{s[:64]}`" for s in literals if finds(s)), "")


def _singular(segments: list[str]) -> str:
    """The first collection, that is, what stands before a parameter, that is no plural."""
    for before, segment in pairwise(segments):
        if segment.startswith("{") and "{" not in before and not is_plural(before):
            return f"`{before[:64]}`"
    return ""


def is_plural(segment: str) -> bool:
    """Whether a segment can be the name of a collection; what is no noun is let pass."""
    if _VERSION.fullmatch(segment) or segment.lower() in _PREFIXES or not segment.isascii():
        return True
    parts = parts_of(segment)
    if not parts or not parts[-1].isalpha():
        return True
    last = parts[-1]
    if last in _PLURALS or last in _SELECTORS:
        return True
    return last.endswith("s") and last not in _SINGULARS and not last.endswith("ss")


def _verb(segment: str) -> bool:
    """`getUsers`, `create-order`, `delete`; a noun alone (`list`, `posts`) is none."""
    if not segment.isascii():
        return False
    parts = parts_of(segment)
    if not parts or parts[0] not in _VERBS:
        return False
    return len(parts) > 1 or parts[0] in ("get", "create", "update", "delete", "remove", "fetch")


def _misspelt(segment: str) -> bool:
    return (
        segment != segment.lower()
        or "_" in segment
        or "%20" in segment
        or segment.endswith((".json", ".xml", ".php", ".aspx", ".jsp", ".do", ".html"))
    )


def _depth(segments: list[str]) -> str:
    depth = sum(1 for a, b in pairwise(segments) if b[0] == "{" != a[0])
    return f"{depth} resources inside one another" if depth > DEEPEST else ""
