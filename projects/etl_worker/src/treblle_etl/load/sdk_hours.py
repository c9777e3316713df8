"""The audit of what SDKs sent: summed over an instance's hours, sent = received = stored + unwanted.

Our own SDK numbers what it saw and says how much of that it lost or did not want, so the numbers
tell what it handed on; `received` counts what came here, duplicates too, `stored` the rows that
went in, `unwanted` what the project excludes or samples away. Of other SDKs (no instance) `sent` is
not known. Hours go by `received_at`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from treblle_models.bulk import bulk_insert
from treblle_models.models import Project, SdkHour

from treblle_etl.event import Event
from treblle_etl.load.batch import Batch, ObjectContent
from treblle_etl.load.upserts import Upsert

# An instance is one process: what it did longer ago than this counts no more.
LOOKS_BACK = timedelta(days=3)

Instance = tuple[int, str]
Key = tuple[int, datetime, str]

_HOURS = Upsert(
    SdkHour,
    key=("project_id", "bucket", "sdk_instance"),
    added=("sent", "dropped", "received", "stored", "unwanted"),
    greatest=("last_seq",),
)


def add(batch: Batch) -> None:
    """Count the batch. Rows of an instance are locked while what is new of it is worked out."""
    gained: dict[Key, SdkHour] = {}
    newest: dict[Instance, Event] = {}
    for content in batch.contents:
        for project, event in _received(content):
            _hour(gained, project.pk, event).received += 1
            if event.sdk_instance and event.seq is not None:
                instance = project.pk, event.sdk_instance
                known = newest.get(instance)
                if known is None or (known.seq or 0) < event.seq:
                    newest[instance] = event
        for project, event in content.unwanted:
            _hour(gained, project.pk, event).unwanted += 1
    for project, understood in batch.events:
        _hour(gained, project.pk, understood.masked).stored += 1
    kept = _locked(newest, min((bucket for _, bucket, _ in gained), default=batch.now))
    for instance, event in newest.items():
        _add_what_is_new(_hour(gained, instance[0], event), event, kept.get(instance, []))
    stored = {_key(row) for rows in kept.values() for row in rows}
    new = {key for key in gained if (key[0], key[2]) in newest} - stored
    _HOURS.run(gained[key] for key in gained.keys() - new)
    # Two workers may meet at a new row: the second one's batch runs again and finds it.
    bulk_insert([gained[key] for key in sorted(new)])


def _received(content: ObjectContent) -> Iterator[tuple[Project, Event]]:
    yield from ((project, understood.masked) for project, understood in content.events)
    yield from content.unwanted


def _add_what_is_new(hour: SdkHour, newest: Event, kept: list[SdkHour]) -> None:
    handed_on = (newest.seq or 0) - newest.dropped - newest.discarded
    hour.sent = max(0, handed_on - sum(row.sent for row in kept))
    hour.dropped = max(0, newest.dropped - sum(row.dropped for row in kept))
    hour.last_seq = newest.seq or 0


def _hour(gained: dict[Key, SdkHour], project_id: int, event: Event) -> SdkHour:
    bucket = event.received_at.replace(minute=0, second=0, microsecond=0)
    key = project_id, bucket, event.sdk_instance
    if key not in gained:
        gained[key] = SdkHour(project_id=project_id, bucket=bucket, sdk_instance=event.sdk_instance)
    return gained[key]


def _locked(instances: Iterable[Instance], first: datetime) -> dict[Instance, list[SdkHour]]:
    wanted = set(instances)
    if not wanted:
        return {}
    rows = (
        SdkHour.objects.select_for_update()
        .filter(
            project_id__in={project_id for project_id, _ in wanted},
            sdk_instance__in={instance for _, instance in wanted},
            bucket__gte=first - LOOKS_BACK,
        )
        .order_by("project_id", "bucket", "sdk_instance")
    )
    kept: dict[Instance, list[SdkHour]] = {}
    for row in rows:
        kept.setdefault((row.project_id, row.sdk_instance), []).append(row)
    return kept


def _key(row: SdkHour) -> Key:
    return row.project_id, row.bucket, row.sdk_instance
