from typing import Any

from django.db import migrations, models

CHUNK_IDS = 10_000


def fill(apps: Any, schema_editor: Any) -> None:
    """Rows that are there already get their day, in steps that hold no lock for long."""
    if schema_editor.connection.vendor == "sqlite":
        day = "DATE(received_at)"
    else:
        day = "CAST(received_at AS DATE)"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT MIN(id), MAX(id) FROM requests")
        first, last = cursor.fetchone()
        for start in range(first or 0, (last or -1) + 1, CHUNK_IDS):
            cursor.execute(
                f"UPDATE requests SET received_on = {day} WHERE id >= %s AND id < %s",  # noqa: S608
                [start, start + CHUNK_IDS],
            )


class Migration(migrations.Migration):
    """A request's day beside its time, and an index for each column a day's list is sorted by."""

    dependencies = [("treblle_models", "0001_schema")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="received_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, atomic=False),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                fields=["project", "received_on", "load_time_ms", "received_at"],
                name="requests_by_load_time",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                fields=["project", "received_on", "response_size_bytes", "received_at"],
                name="requests_by_size",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                fields=["project", "received_on", "status", "received_at"],
                name="requests_by_status",
            ),
        ),
    ]
