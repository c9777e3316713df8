"""Checks that one request failed, with how to mend them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treblle_service.check_catalog import Check, find_check


@dataclass(frozen=True)
class FailedCheck:
    """`found` is what the check saw, in a few words."""

    check: Check
    found: str


def failed_checks(details: Mapping[str, Any]) -> list[FailedCheck]:
    """The gravest first. Checks that a release has dropped are left out."""
    pairs = details.get("checks")
    found = [
        FailedCheck(check, str(pair[1] or "") if len(pair) > 1 else "")
        for pair in (pairs if isinstance(pairs, list) else [])
        if isinstance(pair, list) and pair and (check := find_check(str(pair[0]))) is not None
    ]
    return sorted(found, key=lambda each: (-each.check.severity, each.check.title))
