"""What changed in an API between two states of what was learned of it.

`before` was learned up to a version, `after` since. A difference is reported only when it would
come by chance less than once in a thousand times (`certainty`).
"""

from collections.abc import Iterator, Mapping

from treblle_etl.transform.documents.body_drift import Place, body_changes
from treblle_etl.transform.documents.certainty import is_gone, is_new
from treblle_etl.transform.documents.changes import REQUEST, Change, Kind
from treblle_etl.transform.documents.merging import merged
from treblle_etl.transform.documents.openapi import PROTECTED_SHARE
from treblle_etl.transform.documents.operation import (
    FIRST_ERROR,
    Content,
    Operation,
    Parameter,
)

# By name, as `Operation.name` has it: `GET /users/{id}`.
Operations = Mapping[str, Operation]


def changes(before: Operations, after: Operations) -> list[Change]:
    """Breaking ones first, then by operation."""
    found = [*_endpoints(before, after)]
    for name in before.keys() & after.keys():
        found += _operation(before[name], after[name])
    return sorted(found, key=lambda change: (not change.breaking, change.operation, change.words))


def rebased(before: Operations, after: Operations) -> dict[str, Operation]:
    """What the next version is of: both together, but only the newer state where it is sure that
    something changed, and without the endpoints that are gone."""
    changed = {change.operation for change in changes(before, after)}
    kept = {name: state for name, state in before.items() if name not in changed}
    return kept | {
        name: merged(kept[name], state) if name in kept else state for name, state in after.items()
    }


def _endpoints(before: Operations, after: Operations) -> Iterator[Change]:
    older = sum(operation.count for operation in before.values())
    newer = sum(operation.count for operation in after.values())
    for name in after.keys() - before.keys():
        if is_new(after[name].count, newer, older):
            yield Change(name, "", "", Kind.ENDPOINT_ADDED, False, "is new", after[name].first)
    for name in before.keys() - after.keys():
        if is_gone(before[name].count, older, newer):
            yield Change(name, "", "", Kind.ENDPOINT_REMOVED, True, "is not called any more")


def _operation(before: Operation, after: Operation) -> Iterator[Change]:
    name = after.name
    yield from _auth(before, after)
    for kind in ("query", "headers"):
        yield from _parameters(getattr(before, kind), getattr(after, kind), before, after)
    yield from _statuses(before, after)
    yield from _contents(before.bodies, after.bodies, Place(name, REQUEST))
    for status in before.responses.keys() & after.responses.keys():
        older, newer = before.responses[status], after.responses[status]
        yield from _contents(older.contents, newer.contents, Place(name, status))


def _auth(before: Operation, after: Operation) -> Iterator[Change]:
    place = Place(after.name, "")
    for scheme, seen in after.auth.items():
        if scheme not in before.auth and is_new(seen, after.accepted, before.accepted):
            needed = sum(before.auth.values()) == 0 and seen >= PROTECTED_SHARE * after.accepted
            what = f"{'now asks for' if needed else 'now also takes'} {_credential(scheme)}"
            yield place.change(Kind.AUTH_ADDED, needed, what)
    for scheme, seen in before.auth.items():
        if scheme not in after.auth and is_gone(seen, before.accepted, after.accepted):
            what = f"is not called with {_credential(scheme)} any more"
            yield place.change(Kind.AUTH_REMOVED, False, what)


def _credential(scheme: str) -> str:
    kind, _, name = scheme.partition(":")
    if kind == "http":
        return f"{name.capitalize()} authentication"
    return f"the key `{name}` in the {kind}"


def _parameters(
    before: Mapping[str, Parameter],
    after: Mapping[str, Parameter],
    one: Operation,
    other: Operation,
) -> Iterator[Change]:
    place = Place(other.name, REQUEST)
    for name in after.keys() - before.keys():
        if is_new(after[name].count, other.accepted, one.accepted):
            mark = min(after[name].schema.root.first.values(), default=None)
            yield place.below(name).change(Kind.PARAMETER_ADDED, False, "is new", mark)
    for name in before.keys() - after.keys():
        if is_gone(before[name].count, one.accepted, other.accepted):
            what = "is not sent any more"
            yield place.below(name).change(Kind.PARAMETER_REMOVED, False, what)


def _statuses(before: Operation, after: Operation) -> Iterator[Change]:
    was, now = before.responses, after.responses
    for status in now.keys() - was.keys():
        if is_new(now[status].count, after.count, before.count):
            mark = now[status].first
            yield Place(after.name, status).change(
                Kind.STATUS_ADDED, False, "is answered now", mark
            )
    for status in was.keys() - now.keys():
        if is_gone(was[status].count, before.count, after.count):
            breaking = int(status) < FIRST_ERROR
            what = "is not answered any more"
            yield Place(after.name, status).change(Kind.STATUS_REMOVED, breaking, what)


def _contents(
    before: Mapping[str, Content], after: Mapping[str, Content], place: Place
) -> Iterator[Change]:
    older = sum(content.count for content in before.values())
    newer = sum(content.count for content in after.values())
    verb = "sent" if place.place == REQUEST else "answered"
    for name in after.keys() - before.keys():
        if is_new(after[name].count, newer, older):
            yield place.change(Kind.MEDIA_TYPE_ADDED, False, f"`{name}` is {verb} now")
    for name in before.keys() - after.keys():
        if is_gone(before[name].count, older, newer):
            what = f"`{name}` is not {verb} any more"
            yield place.change(Kind.MEDIA_TYPE_REMOVED, True, what)
    for name in before.keys() & after.keys():
        yield from body_changes(before[name].schema, after[name].schema, place)
