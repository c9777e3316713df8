"""How much each account has sent this month: counted with the rows, so neither lost nor twice."""

from collections import Counter
from datetime import date

from django.db import connection
from treblle_models.models import UsageMonth

from treblle_etl.load.batch import Batch


def add(batch: Batch) -> None:
    """Count requests that went in for the owner of their project, in the order of keys."""
    counts: Counter[tuple[int, date]] = Counter()
    for (project, _), request in zip(batch.events, batch.requests, strict=True):
        counts[project.user_id, request.received_at.date().replace(day=1)] += 1
    if not counts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_statement(), [(*key, counts[key]) for key in sorted(counts)])


def _statement() -> str:
    table = connection.ops.quote_name(UsageMonth._meta.db_table)
    insert = f"INSERT INTO {table} (user_id, month, requests) VALUES (%s, %s, %s) "  # noqa: S608
    if connection.vendor == "sqlite":
        return insert + (
            "ON CONFLICT (user_id, month) DO UPDATE SET requests = requests + excluded.requests"
        )
    return insert + "ON DUPLICATE KEY UPDATE requests = requests + VALUES(requests)"
