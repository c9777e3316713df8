"""Export of all data of an account, in parts that a worker writes one after the other.

The parts lie in the store under one prefix until they expire; the download makes a ZIP of them.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import zstandard
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from treblle_models.identity import uuid7
from treblle_models.models import Export, Progress, Project, Request, User
from treblle_service.store import ObjectStore, open_store

from treblle_platform.celery import QUEUEING, app
from treblle_platform.privacy import rows
from treblle_platform.privacy.request_lines import request_lines

PREFIX = "exports/v1/"
SUFFIX = ".zst"
TASK = "treblle_platform.export_account"
KEPT = timedelta(days=7)
LOST_AFTER = timedelta(minutes=15)
REQUESTS_A_PART = 2000


@dataclass
class Cursor:
    """Where the work stands: projects by number, then their requests in the order they came."""

    project: int = 0
    part: int = 0
    received_at: str = ""
    uuid: str = ""


@transaction.atomic
def order(user: User) -> Export:
    """The one under way, if there is; else a new one."""
    under_way = Export.objects.filter(
        user=user,
        format=Export.Format.ACCOUNT,
        progress__in=(Progress.PENDING, Progress.RUNNING),
    ).first()
    if under_way is not None:
        return under_way
    export = Export.objects.create(
        user=user, format=Export.Format.ACCOUNT, object_key=f"{PREFIX}{uuid7()}/"
    )
    begin(export)
    return export


def begin(export: Export, cursor: Cursor | None = None) -> None:
    arguments = {"export_uuid": str(export.uuid), "cursor": asdict(cursor or Cursor())}
    transaction.on_commit(
        partial(app.send_task, TASK, kwargs=arguments, queue="platform", retry_policy=QUEUEING)
    )


def write_part(export: Export, cursor: Cursor) -> Cursor | None:
    """The next part; where to go on, or None where all is written."""
    store = open_store(settings.DETAILS_STORE_URL)
    projects = list(Project.objects.filter(user=export.user).order_by("pk"))
    if cursor == Cursor():
        _put(store, export, "account.json", [_pretty(rows.of_account(export.user))])
        export.rows = 0
    if cursor.project >= len(projects):
        _finish(export)
        return None
    project = projects[cursor.project]
    folder = f"projects/{project.custom_id}"
    if cursor.part == 0:
        _put(store, export, f"{folder}/project.json", [_pretty(rows.of_project(project))])
    found = _next_requests(project, cursor)
    if not found:
        return Cursor(project=cursor.project + 1)
    name = f"{folder}/requests-{cursor.part + 1:05}.ndjson"
    _put(store, export, name, request_lines(found, store))
    export.rows += len(found)
    export.progress = Progress.RUNNING
    export.save()
    last = found[-1]
    return Cursor(cursor.project, cursor.part + 1, last.received_at.isoformat(), str(last.uuid))


def zip_entries(export: Export) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a finished export's files."""
    store = open_store(settings.DETAILS_STORE_URL)
    for key in store.keys(export.object_key):
        content = zstandard.ZstdDecompressor().decompressobj().decompress(store.get(key))
        yield key.removeprefix(export.object_key).removesuffix(SUFFIX), content


def begin_lost_ones(now: datetime) -> None:
    waiting = Export.objects.filter(
        format=Export.Format.ACCOUNT,
        progress__in=(Progress.PENDING, Progress.RUNNING),
        updated_at__lt=now - LOST_AFTER,
    )
    for export in waiting:
        export.save(update_fields=["updated_at"])
        begin(export)


def remove_expired(now: datetime) -> int:
    """Exports whose time is over, with their files; how many."""
    over = list(Export.objects.filter(format=Export.Format.ACCOUNT, expires_at__lt=now))
    for export in over:
        remove_files(export)
        export.delete()
    return len(over)


def remove_files(export: Export) -> None:
    if export.object_key.startswith(PREFIX):
        store = open_store(settings.DETAILS_STORE_URL)
        for key in list(store.keys(export.object_key)):
            store.delete(key)


def _next_requests(project: Project, cursor: Cursor) -> list[Request]:
    """In the order they came, from the cursor on."""
    requests = Request.objects.filter(project=project)
    if cursor.uuid:
        since = datetime.fromisoformat(cursor.received_at)
        later = requests.filter(received_at__gt=since)
        same = requests.filter(received_at=since, uuid__gt=cursor.uuid)
        head = list(same.order_by("uuid")[:REQUESTS_A_PART])
        rest = later.order_by("received_at", "uuid")[: REQUESTS_A_PART - len(head)]
        return [*head, *rest]
    return list(requests.order_by("received_at", "uuid")[:REQUESTS_A_PART])


def _put(store: ObjectStore, export: Export, name: str, lines: Iterable[str]) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    store.put(f"{export.object_key}{name}{SUFFIX}", zstandard.ZstdCompressor(3).compress(text))
    export.size_bytes = (export.size_bytes or 0) + len(text)


def _finish(export: Export) -> None:
    now = timezone.now()
    export.progress, export.finished_at, export.expires_at = Progress.DONE, now, now + KEPT
    export.save()


def _pretty(value: dict[str, Any]) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
