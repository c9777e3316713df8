"""An OpenAPI 3 document that a team wrote, compared with what traffic showed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from treblle_etl.transform.documents.certainty import MIN_SIGHTINGS
from treblle_etl.transform.documents.comparing_operations import compared
from treblle_etl.transform.documents.comparing_schemas import Difference
from treblle_etl.transform.documents.documented import (
    Documented,
    Index,
    escaped,
    operations_of,
    takes,
)
from treblle_etl.transform.documents.operation import Operation
from treblle_etl.transform.documents.permitted import Reader
from treblle_etl.transform.documents.pointing import located

__all__ = ["Called", "Difference", "differences"]

# Requests seen of the whole API before an operation without one is held to be dead.
ENOUGH_FOR_DEAD: Final = 100
MAX_DIFFERENCES: Final = 500
# What clients and frameworks do by themselves is no part of an API's document.
_BY_NATURE: Final = frozenset(("OPTIONS", "HEAD", "TRACE"))


class Called(NamedTuple):
    """An endpoint of the API, and when it was called last; None where that is not known."""

    method: str
    template: str
    last: datetime | None = None


def differences(
    document: Mapping[str, Any],
    operations: Mapping[str, Operation],
    called: Iterable[Called] = (),
    *,
    requests: int = 0,
    dead_before: datetime | None = None,
) -> list[Difference]:
    """What the document lacks, what it has and nobody calls, and where types are otherwise.

    `operations` by name. `called` are endpoints, those too of which nothing is compared: one that
    was called last before `dead_before` is dead. `requests` is how many the API had, where that is
    more than were looked at. At most MAX_DIFFERENCES, undocumented and dead
    endpoints first.
    """
    reader = Reader(document)
    documented = operations_of(document, reader)
    index = Index(documented)
    found: list[Difference] = []
    inside: list[Difference] = []
    for _, operation in sorted(operations.items()):
        match = index.find(operation.method, operation.template)
        if match is not None:
            inside += compared(reader, operation, match)
        elif _is_real(operation):
            found.append(_undocumented(operation))
    looked_at = sum(operation.count for operation in operations.values())
    if max(requests, looked_at) >= ENOUGH_FOR_DEAD:
        known = [Called(each.method, each.template) for each in operations.values()]
        found += _dead(documented, index, [*known, *called], dead_before)
    told = (found + inside)[:MAX_DIFFERENCES]
    return [each._replace(location=located(reader, each.location)) for each in told]


def _is_real(operation: Operation) -> bool:
    answered = sum(
        response.count for status, response in operation.responses.items() if int(status) < 400
    )
    return operation.method not in _BY_NATURE and answered >= MIN_SIGHTINGS


def _undocumented(operation: Operation) -> Difference:
    pointer = f"/paths/{escaped(operation.template)}/{operation.method.lower()}"
    words = f"`{operation.name}` is called, but not in the document"
    first = operation.first
    return Difference("undocumented-endpoint", operation.name, pointer, words, first=first)


def _dead(
    documented: Iterable[Documented],
    index: Index,
    called: Iterable[Called],
    dead_before: datetime | None,
) -> Iterator[Difference]:
    """Operations that nobody calls; not `/users/me` where traffic has `/users/{user}` for it and
    the document knows no such thing."""
    last: dict[str, datetime | None] = {}
    wider: dict[str, list[str]] = {}
    for method, template, at in called:
        match = index.find(method, template)
        if match is None:
            wider.setdefault(method, []).append(template)
        else:
            last[match.pointer] = _later(last.get(match.pointer), at)
    for each in documented:
        if each.pointer in last:
            at = last[each.pointer]
            if at is not None and dead_before is not None and at < dead_before:
                words = f"`{each.name}` was called last on {at:%Y-%m-%d}"
                yield Difference("dead-endpoint", each.name, each.pointer, words)
        elif not any(takes(template, each.path) for template in wider.get(each.method, ())):
            words = f"`{each.name}` is never called"
            yield Difference("dead-endpoint", each.name, each.pointer, words)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one is not None and other is not None else one or other
