"""The receipt of an erasure: rows by table, objects by store, counted as they go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from treblle_models.models import Erasure, Forgetting, Progress

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


@dataclass(frozen=True)
class Learned:
    """How far the ETL is with forgetting what it learned from a customer; it goes on by itself
    after the receipt is closed.
    """

    is_forgetting: bool
    # Given up after many tries: nothing goes on before those who run the system have it tried again.
    has_failed: bool
    # None while there is more to forget, or more to erase that may have been learned from.
    forgotten_at: datetime | None

    @property
    def word(self) -> str:
        """For machines: `forgotten`, `under_way` or `failed`."""
        if self.has_failed:
            return "failed"
        return "forgotten" if self.forgotten_at else "under_way"


def learned(erasure: Erasure) -> Learned | None:
    """None where nothing is to be forgotten: of projects and accounts all goes with the rows."""
    parts = Forgetting.objects.filter(erasure_uuid=erasure.uuid)
    found = list(parts.values_list("progress", "updated_at"))
    if not found:
        return None
    is_over = all(progress == Progress.DONE for progress, _ in found)
    has_failed = any(progress == Progress.FAILED for progress, _ in found)
    is_whole = is_over and erasure.progress == Progress.DONE
    forgotten_at = max(at for _, at in found) if is_whole else None
    return Learned(not is_over, has_failed, forgotten_at)


def with_forgetting(orders: QuerySet[Erasure]) -> QuerySet[Erasure]:
    """Each says as `is_forgetting` whether there is more to forget, as `has_failed` whether that
    was given up.
    """
    parts = Forgetting.objects.filter(erasure_uuid=OuterRef("uuid"))
    return orders.annotate(
        is_forgetting=Exists(parts.exclude(progress=Progress.DONE)),
        has_failed=Exists(parts.filter(progress=Progress.FAILED)),
    )
