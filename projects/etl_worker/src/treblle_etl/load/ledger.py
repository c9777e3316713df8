"""The ledger: which objects were processed, and how their events fared."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from treblle_models.models import LedgerEntry

from treblle_etl.load.batch import ObjectContent


def not_in(contents: list[ObjectContent]) -> list[ObjectContent]:
    """Objects not processed yet, each once, in the order of their keys."""
    by_key = {content.ledger_key: content for content in contents}
    known = set(
        LedgerEntry.objects.filter(object_key__in=by_key).values_list("object_key", flat=True)
    )
    return [by_key[key] for key in sorted(by_key) if key not in known]


def enter(contents: list[ObjectContent], now: datetime) -> None:
    """Raises `IntegrityError` where another worker was quicker with one of them."""
    LedgerEntry.objects.bulk_create(
        [LedgerEntry(object_key=content.ledger_key, processed_at=now) for content in contents]
    )


def count(
    contents: list[ObjectContent], loaded: Mapping[str, int], duplicates: Mapping[str, int]
) -> None:
    """Events by object (`ledger_key`) that were loaded and that were there already; what was
    rejected, the contents say.
    """
    table = connection.ops.quote_name(LedgerEntry._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET loaded = %s, duplicates = %s, dead_letters = %s"  # noqa: S608
            " WHERE object_key = %s",
            [
                (
                    loaded.get(content.ledger_key, 0),
                    duplicates.get(content.ledger_key, 0),
                    len(content.rejected),
                    content.ledger_key,
                )
                for content in contents
            ],
        )
