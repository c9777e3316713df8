"""Endpoints that should not be there: undocumented ones, and zombies."""

import re
from datetime import datetime, timedelta
from typing import Final

OLD: Final = timedelta(days=90)
LOOKED_BACK_DAYS: Final = 30
RARELY_DAYS: Final = 3

_PARAMETER: Final = re.compile(r"\{[^{}]*\}")
# What tools answer by themselves is no part of an API's document.
_UNDOCUMENTED_BY_NATURE: Final = frozenset(["OPTIONS", "HEAD", "TRACE", "CONNECT"])


def shape_of(template: str) -> str:
    """`/users/{id}/` → `/users/{}`: names of parameters and a last slash do not count."""
    return _PARAMETER.sub("{}", template).rstrip("/") or "/"


def undocumented(method: str, template: str, documented: frozenset[tuple[str, str]]) -> str | None:
    """What is wrong; nothing where the document knows it; None where the check does not apply.

    `documented` holds `(method, shape)` of all operations of the team's own document.
    """
    if not documented or method in _UNDOCUMENTED_BY_NATURE:
        return None
    return "" if (method, shape_of(template)) in documented else "not in the uploaded document"


def zombie(
    *, is_deprecated: bool, first_seen_at: datetime, days_called: int, now: datetime
) -> str | None:
    """`days_called`: on how many of the last 30 days it was called at all, 1 or more."""
    if is_deprecated:
        return f"deprecated, and called on {days_called} of the last {LOOKED_BACK_DAYS} days"
    if now - first_seen_at < OLD:
        return None
    if days_called <= RARELY_DAYS:
        age = (now - first_seen_at).days
        return f"{age} days old, and called on {days_called} of the last {LOOKED_BACK_DAYS} days"
    return ""
