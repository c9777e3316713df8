"""One operation of somebody else's document beside what traffic showed of it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from treblle_etl.transform.documents import headers
from treblle_etl.transform.documents.certainty import MIN_SIGHTINGS
from treblle_etl.transform.documents.comparing_schemas import (
    Difference,
    Place,
    SchemaComparison,
    earliest,
)
from treblle_etl.transform.documents.comparing_security import security_differences
from treblle_etl.transform.documents.documented import Documented, escaped, shape_of
from treblle_etl.transform.documents.operation import Content, Operation, Parameter
from treblle_etl.transform.documents.permitted import Reader, TooLarge, mapping
from treblle_etl.transform.schemas import Mark

# Share of the accepted requests from which a parameter is part of the API: below are cache
# busters and what marketing adds to links.
MIN_SHARE: Final = 0.05
# Bodies from which a media type that none of them had is told.
ENOUGH_FOR_UNUSED: Final = 100
# Any API answers with these.
_USUAL: Final = frozenset(("404", "405", "429"))


def compared(reader: Reader, operation: Operation, match: Documented) -> list[Difference]:
    """As far as the work is bounded; where it is not, the last one says so."""
    found: list[Difference] = []
    reader.restart()
    try:
        found.extend(_differences(reader, operation, match))
    except TooLarge:
        words = f"`{operation.name}` is too large in the document to be compared as a whole"
        found.append(Difference("not-compared", operation.name, match.pointer, words))
    return found


def _differences(reader: Reader, operation: Operation, match: Documented) -> Iterator[Difference]:
    yield from _undocumented_parameters(operation, match)
    yield from _absent_parameters(operation, match)
    yield from _parameter_types(reader, operation, match)
    yield from _request(reader, operation, match)
    yield from _responses(reader, operation, match)
    yield from security_differences(reader, operation, match)


def _undocumented_parameters(operation: Operation, match: Documented) -> Iterator[Difference]:
    stated = {_stem(name) for place, name in match.parameters if place == "query"}
    enough = max(MIN_SIGHTINGS, MIN_SHARE * operation.accepted)
    for name, parameter in sorted(operation.query.items()):
        if parameter.count >= enough and _stem(name) not in stated:
            words = f"`{operation.name}`: query parameter `{name}` is not in the document"
            where = _parameter_pointer(match, "query", name)
            first = earliest(parameter.schema.root)
            yield Difference("undocumented-parameter", operation.name, where, words, first=first)


def _absent_parameters(operation: Operation, match: Documented) -> Iterator[Difference]:
    sent: dict[str, int] = {}
    for name, parameter in operation.query.items():
        sent[_stem(name)] = max(parameter.count, sent.get(_stem(name), 0))
    seen = {
        "query": sent,
        "header": {name: p.count for name, p in operation.headers.items()},
    }
    for (place, name), stated in sorted(match.parameters.items()):
        if place not in seen or stated.get("required") is not True or not _is_learned(place, name):
            continue
        known = name if place == "header" else _stem(name)
        if operation.accepted - seen[place].get(known, 0) >= MIN_SIGHTINGS:
            words = (
                f"`{operation.name}`: {place} parameter `{name}` is required by the document,"
                " but not always sent"
            )
            where = _parameter_pointer(match, place, name)
            yield Difference("required-parameter-absent", operation.name, where, words)


def _is_learned(place: str, name: str) -> bool:
    """Credentials are not learned as parameters, nor are the headers of HTTP itself."""
    if place == "query":
        return not headers.is_key(name)
    return any(headers.that_matter({name: ""}))


def _parameter_types(
    reader: Reader, operation: Operation, match: Documented
) -> Iterator[Difference]:
    for (where, name), seen in _seen_parameters(operation, match).items():
        stated = match.parameters.get((where, name), {})
        if "schema" in stated:
            lead = f"`{operation.name}`: {where} parameter `{name}` "
            pointer = f"{_parameter_pointer(match, where, name)}/schema"
            place = Place(operation.name, lead, pointer, is_sent=True, is_text=True)
            comparison = SchemaComparison(reader, place)
            yield from comparison.differences(seen.schema.root, stated["schema"])


def _seen_parameters(
    operation: Operation, match: Documented
) -> Mapping[tuple[str, str], Parameter]:
    seen = {("query", name): each for name, each in operation.query.items()}
    seen |= {("header", name): each for name, each in operation.headers.items()}
    # By their order, from the end: a server's prefix may have parameters of its own.
    if shape_of(operation.template).endswith(shape_of(match.path)):
        pairs = zip(reversed(match.names), reversed(operation.path), strict=False)
        seen |= {("path", name): each for name, each in pairs}
    return dict(sorted(seen.items()))


def _request(reader: Reader, operation: Operation, match: Documented) -> Iterator[Difference]:
    described = reader.resolved(match.operation.get("requestBody"))
    pointer = f"{match.pointer}/requestBody"
    sent = sum(content.count for content in operation.bodies.values())
    if not described:
        if sent >= MIN_SIGHTINGS and operation.method not in ("GET", "HEAD", "DELETE"):
            words = f"`{operation.name}` takes a body, which is not in the document"
            first = _first_body(operation.bodies)
            yield Difference("undocumented-body", operation.name, pointer, words, first=first)
        return
    if described.get("required") is True and operation.accepted - sent >= MIN_SIGHTINGS:
        words = f"`{operation.name}`: the body is required by the document, but not always sent"
        yield Difference("required-body-absent", operation.name, pointer, words)
    place = Place(operation.name, f"`{operation.name}` request: ", pointer, is_sent=True)
    yield from _contents(reader, operation.bodies, described, place)


def _responses(reader: Reader, operation: Operation, match: Documented) -> Iterator[Difference]:
    described = mapping(match.operation.get("responses"))
    for status, response in sorted(operation.responses.items()):
        keys = (status, f"{status[0]}XX", f"{status[0]}xx", "default")
        key = next((key for key in keys if key in described), None)
        if key is not None:
            place = Place(
                operation.name,
                f"`{operation.name}` {status}: ",
                f"{match.pointer}/responses/{key}",
            )
            stated = reader.resolved(described[key])
            yield from _contents(reader, response.contents, stated, place)
        elif response.count >= MIN_SIGHTINGS and status not in _USUAL:
            where = f"{match.pointer}/responses/{status}"
            words = f"`{operation.name}` answers {status}, which is not in the document"
            first = response.first
            yield Difference("undocumented-status", operation.name, where, words, first=first)


def _contents(
    reader: Reader,
    seen: Mapping[str, Content],
    described: Mapping[str, Any],
    place: Place,
) -> Iterator[Difference]:
    stated = mapping(described.get("content"))
    by_type = {name.partition(";")[0].strip().lower(): name for name in stated}
    yield from _unused_types(seen, by_type, place)
    for media_type, content in sorted(seen.items()):
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        name = next((by_type[each] for each in ranges if each in by_type), None)
        if name is None:
            if stated and content.count >= MIN_SIGHTINGS:
                where = f"{place.pointer}/content/{escaped(media_type)}"
                words = f"{place.lead}`{media_type}` is not in the document"
                first = earliest(content.schema.root)
                yield Difference(
                    "undocumented-media-type",
                    place.operation,
                    where,
                    words,
                    first=first,
                )
            continue
        inner = place._replace(
            pointer=f"{place.pointer}/content/{escaped(name)}/schema",
            is_text=media_type == headers.FORM,
        )
        schema = mapping(stated[name]).get("schema")
        yield from SchemaComparison(reader, inner).differences(content.schema.root, schema)


def _unused_types(
    seen: Mapping[str, Content], by_type: Mapping[str, str], place: Place
) -> Iterator[Difference]:
    if sum(content.count for content in seen.values()) < ENOUGH_FOR_UNUSED:
        return
    said = "sent" if place.is_sent else "answered"
    for media_type, name in sorted(by_type.items()):
        if "*" not in media_type and media_type not in seen:
            words = f"{place.lead}`{media_type}` of the document is never {said}"
            where = f"{place.pointer}/content/{escaped(name)}"
            yield Difference("unused-media-type", place.operation, where, words)


def _first_body(bodies: Mapping[str, Content]) -> Mark | None:
    marks = (earliest(content.schema.root) for content in bodies.values())
    return min((mark for mark in marks if mark is not None), default=None)


def _parameter_pointer(match: Documented, place: str, name: str) -> str:
    """Of one that is not in the document: the end of the list (RFC 6901 §4, `-`)."""
    return match.pointers.get((place, name), f"{match.pointer}/parameters/-")


def _stem(name: str) -> str:
    """`filter[status]` and `ids[]` are written for `filter` and `ids`."""
    return name.partition("[")[0] or name
