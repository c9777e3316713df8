"""The receipt of an erasure: rows by table, objects by store, counted as they go."""

from typing import Any

from treblle_models.models import Erasure

# What a running erasure must remember and its receipt must not show.
NOTES = "notes"


def count(erasure: Erasure, group: str, name: str, amount: int) -> None:
    """Add to `rows`, `objects` or `bytes`; saved by the caller."""
    if amount:
        counts = erasure.receipt.setdefault(group, {})
        counts[name] = counts.get(name, 0) + amount


def notes(erasure: Erasure) -> dict[str, Any]:
    found: dict[str, Any] = erasure.receipt.setdefault(NOTES, {})
    return found


def close(erasure: Erasure) -> None:
    """Forget what was only needed to find things; what is left holds nothing personal."""
    erasure.receipt.pop(NOTES, None)
    erasure.external_id = ""
