"""What a person says of endpoints: other names, one instead of many, pinned, ignored.

Each function changes rows of endpoints in one transaction and holds at once. Learning keeps to
it, workers within seconds; the history (requests, roll-ups, problems, …) of endpoints that were
merged, ignored or heeded again follows in small steps: send FOLLOW_TASK to FOLLOW_QUEUE with
`project=<uuid>`; without it the ETL's hourly round does the work. `history_left` tells how far
that is.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from treblle_models.models import Endpoint, EndpointHour, PathState, Project, Request
from treblle_models.models.endpoints import PATH_LENGTH

FOLLOW_TASK = "treblle_etl.follow_corrections"
FOLLOW_QUEUE = "etl-background"

# `recount_from` of an endpoint whose history was not begun with.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_PARAMETER = re.compile(r"\{([^{}/]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


class CorrectionRefused(ValueError):
    """The correction cannot be; its text says why, for the person who wished it."""


def digest_of(template: str) -> str:
    """What `Endpoint.template_digest` holds: SHA-256, hexadecimal."""
    return hashlib.sha256(template.encode()).hexdigest()


def shape_of(template: str) -> str:
    """The template without the names of its parameters."""
    return _PARAMETER.sub("{}", template)


@dataclass(frozen=True)
class Way:
    """How far a piece of work is that is not at its end: units done, of all."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down."""
        return 100 * self.done // self.total


@dataclass(frozen=True)
class HistoryLeft:
    """What still has to follow: days of endpoints that were merged, oldest first; hours to be
    counted anew, before `recounted_until` they are done (None: not begun)."""

    days: Way | None = None
    hours: Way | None = None
    recounted_until: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.days or self.hours)


def history_left(endpoint: Endpoint, now: datetime) -> HistoryLeft:
    """How far history is with what people said of an endpoint; false where all is done."""
    days = _days_moved(endpoint)
    if endpoint.recount_from is None:
        return HistoryLeft(days)
    rows = Request.objects.filter(project_id=endpoint.project_id)
    start = rows.aggregate(first=Min("received_at"))["first"] or now
    total = max((now - start) // timedelta(hours=1), 1)
    if endpoint.recount_from == BEGINNING:
        return HistoryLeft(days, Way(0, total))
    done = (endpoint.recount_from - start) // timedelta(hours=1)
    return HistoryLeft(days, Way(min(max(done, 0), total - 1), total), endpoint.recount_from)


def _days_moved(endpoint: Endpoint) -> Way | None:
    merged = list(Endpoint.objects.filter(merged_into=endpoint).values_list("pk", flat=True))
    if not merged:
        return None
    left = EndpointHour.objects.filter(project_id=endpoint.project_id, endpoint_id__in=merged)
    ends = left.aggregate(oldest=Min("bucket"), newest=Max("bucket"))
    oldest, newest = ends["oldest"], ends["newest"]
    if oldest is None:
        return None
    first = min(oldest, endpoint.history_from or oldest)
    return Way(_days(first, oldest), _days(first, newest) + 1)


def _days(start: datetime, end: datetime) -> int:
    return (end.date() - start.date()).days


@transaction.atomic
def change(
    endpoint: Endpoint,
    *,
    name: str | None = None,
    template: str | None = None,
    is_pinned: bool | None = None,
    is_ignored: bool | None = None,
) -> None:
    """What a form or a client says of one endpoint at once; None leaves a thing as it is.

    Raises `CorrectionRefused`, and then nothing is changed.
    """
    if template and template != endpoint.template:
        rename(endpoint, template=template)
    if name is not None and name != endpoint.name:
        endpoint.name = name
        endpoint.save(update_fields=["name", "updated_at"])
    if is_pinned is not None and is_pinned != endpoint.is_pinned:
        (pin if is_pinned else unpin)(endpoint)
    if is_ignored is not None and is_ignored != endpoint.is_ignored:
        (ignore if is_ignored else heed)(endpoint)


@transaction.atomic
def rename(endpoint: Endpoint, *, template: str) -> None:
    """Give the parameters of a template other names, for all its methods.

    Raises `CorrectionRefused` where more than names differ or the names are taken.
    """
    _check_live([endpoint])
    _check_names(template)
    if shape_of(template) != shape_of(endpoint.template):
        raise CorrectionRefused(
            f"{template} is not {endpoint.template} with other names of parameters"
        )
    rows = Endpoint.objects.filter(
        project_id=endpoint.project_id,
        template_digest=endpoint.template_digest,
        merged_into=None,
    )
    for row in rows.order_by("pk"):
        retitle(row, template)
        Endpoint.objects.filter(pk=row.pk).update(source=Endpoint.Source.PERSON)
    endpoint.refresh_from_db()
    touch(endpoint.project_id)


@transaction.atomic
def merge(endpoints: Iterable[Endpoint], *, template: str) -> Endpoint:
    """Endpoints of one method become one, which is pinned: `/users/a`, `/users/b` →
    `/users/{name}`. Returns it.

    Raises `CorrectionRefused` where they are of several projects or methods, or the template
    does not match each of theirs.
    """
    merged = list(endpoints)
    _check_live(merged)
    _check_names(template)
    first = merged[0]
    if len({(each.project_id, each.method) for each in merged}) > 1:
        raise CorrectionRefused("only endpoints of one project and one method can become one")
    for each in merged:
        if not _matches(template, each.template):
            raise CorrectionRefused(f"{template} does not match {each.template}")
    target, _ = Endpoint.objects.get_or_create(
        project_id=first.project_id,
        method=first.method,
        template_digest=digest_of(template),
        defaults={
            "template": template,
            "source": Endpoint.Source.PERSON,
            "first_seen_at": min(each.first_seen_at for each in merged),
        },
    )
    Endpoint.objects.filter(pk=target.pk).update(
        is_pinned=True, source=Endpoint.Source.PERSON, merged_into=None
    )
    join(target, [each.pk for each in merged])
    target.refresh_from_db()
    touch(first.project_id)
    return target


def pin(endpoint: Endpoint) -> None:
    """Learning neither splits it nor merges it; it takes what its template matches, but for the
    endpoints that stand beside it now."""
    _flag(endpoint, is_pinned=True)


def unpin(endpoint: Endpoint) -> None:
    """Traffic decides on it again."""
    learned = endpoint.source != Endpoint.Source.FRAMEWORK
    _flag(endpoint, is_pinned=False, **({"source": Endpoint.Source.TRAFFIC} if learned else {}))


def ignore(endpoint: Endpoint) -> None:
    """It counts nowhere, in history either."""
    _flag(endpoint, is_ignored=True, recount_from=BEGINNING)


def heed(endpoint: Endpoint) -> None:
    """Ignore it no longer: its requests count again, as far as they are still kept."""
    _flag(endpoint, is_ignored=False, recount_from=BEGINNING)


def join(target: Endpoint, merged: Iterable[int]) -> None:
    """Point the endpoints of these ids, and what had become part of them, to the target."""
    ids = [pk for pk in merged if pk != target.pk]
    rows = Endpoint.objects.filter(project_id=target.project_id)
    rows.filter(pk__in=ids).update(merged_into=target, is_pinned=False)
    rows.filter(merged_into__in=ids).exclude(pk=target.pk).update(merged_into=target)


def retitle(endpoint: Endpoint, template: str) -> None:
    """Another template for the same row. One that became part of another gives up its own."""
    if template == endpoint.template:
        return
    rows = Endpoint.objects.filter(project_id=endpoint.project_id, method=endpoint.method)
    other = rows.filter(template_digest=digest_of(template)).first()
    if other is not None and other.merged_into_id is None:
        raise CorrectionRefused(f"there is {other} already; merge the two instead")
    old, old_digest = endpoint.template, endpoint.template_digest
    if other is not None:
        rows.filter(pk=other.pk).update(template_digest=f"swap-{other.pk}")
    rows.filter(pk=endpoint.pk).update(template=template, template_digest=digest_of(template))
    if other is not None:
        rows.filter(pk=other.pk).update(template=old, template_digest=old_digest)


def touch(project_id: int) -> None:
    """Tell learning and workers that endpoints of the project changed."""
    now = timezone.now()
    if not PathState.objects.filter(project_id=project_id).update(updated_at=now):
        PathState.objects.create(project=Project.objects.get(pk=project_id))


@transaction.atomic
def _flag(endpoint: Endpoint, **values: object) -> None:
    _check_live([endpoint])
    Endpoint.objects.filter(pk=endpoint.pk).update(**values, updated_at=timezone.now())
    endpoint.refresh_from_db()
    touch(endpoint.project_id)


def _check_live(endpoints: list[Endpoint]) -> None:
    if not endpoints:
        raise CorrectionRefused("no endpoint is named")
    for endpoint in endpoints:
        if endpoint.merged_into_id is not None:
            raise CorrectionRefused(f"{endpoint} has become part of another endpoint")


def _check_names(template: str) -> None:
    names = _PARAMETER.findall(template)
    if not template.startswith("/") or len(template) > PATH_LENGTH:
        raise CorrectionRefused(
            f"a template starts with / and has at most {PATH_LENGTH} characters"
        )
    if len(set(names)) < len(names):
        raise CorrectionRefused("each parameter of a template needs a name of its own")
    for name in names:
        if not _NAME.fullmatch(name):
            raise CorrectionRefused(f"{name!r} is no name for a parameter")


def _matches(template: str, other: str) -> bool:
    pattern = "[^/]+".join(re.escape(part) for part in _PARAMETER.sub("\0", template).split("\0"))
    return re.fullmatch(pattern, other) is not None
