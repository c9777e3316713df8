"""One operation of somebody else's document beside what traffic showed of it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from treblle_etl.transform.documents import headers
from treblle_etl.transform.documents.comparing_schemas import (
    MIN_SIGHTINGS,
    Difference,
    Place,
    SchemaComparison,
)
from treblle_etl.transform.documents.documented import Documented, escaped, shape_of
from treblle_etl.transform.documents.operation import Content, Operation, Parameter
from treblle_etl.transform.documents.permitted import Reader, TooLarge, mapping

# Share of the accepted requests from which a parameter is part of the API: below are cache
# busters and what marketing adds to links.
MIN_SHARE: Final = 0.05
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


def _undocumented_parameters(operation: Operation, match: Documented) -> Iterator[Difference]:
    stated = {_stem(name) for place, name in match.parameters if place == "query"}
    enough = max(MIN_SIGHTINGS, MIN_SHARE * operation.accepted)
    for name, parameter in sorted(operation.query.items()):
        if parameter.count >= enough and _stem(name) not in stated:
            words = f"`{operation.name}`: query parameter `{name}` is not in the document"
            where = _parameter_pointer(match, name)
            yield Difference("undocumented-parameter", operation.name, where, words)


def _absent_parameters(operation: Operation, match: Documented) -> Iterator[Difference]:
    sent: dict[str, int] = {}
    for name, parameter in operation.query.items():
        sent[_stem(name)] = max(parameter.count, sent.get(_stem(name), 0))
    for (place, name), stated in sorted(match.parameters.items()):
        absent = operation.accepted - sent.get(_stem(name), 0)
        is_asked = place == "query" and stated.get("required") is True and not headers.is_key(name)
        if is_asked and absent >= MIN_SIGHTINGS:
            words = (
                f"`{operation.name}`: query parameter `{name}` is required by the document,"
                " but not always sent"
            )
            where = _parameter_pointer(match, name)
            yield Difference("required-parameter-absent", operation.name, where, words)


def _parameter_types(
    reader: Reader, operation: Operation, match: Documented
) -> Iterator[Difference]:
    for (where, name), seen in _seen_parameters(operation, match).items():
        stated = match.parameters.get((where, name), {})
        if "schema" in stated:
            lead = f"`{operation.name}`: {where} parameter `{name}` "
            pointer = _parameter_pointer(match, name)
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
            yield Difference("undocumented-body", operation.name, pointer, words)
        return
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
            yield Difference("undocumented-status", operation.name, where, words)


def _contents(
    reader: Reader, seen: Mapping[str, Content], described: Mapping[str, Any], place: Place
) -> Iterator[Difference]:
    stated = mapping(described.get("content"))
    by_type = {name.partition(";")[0].strip().lower(): name for name in stated}
    for media_type, content in sorted(seen.items()):
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        name = next((by_type[each] for each in ranges if each in by_type), None)
        if name is None:
            if stated and content.count >= MIN_SIGHTINGS:
                where = f"{place.pointer}/content/{escaped(media_type)}"
                words = f"{place.lead}`{media_type}` is not in the document"
                yield Difference("undocumented-media-type", place.operation, where, words)
            continue
        inner = place._replace(
            pointer=f"{place.pointer}/content/{escaped(name)}/schema",
            is_text=media_type == headers.FORM,
        )
        schema = mapping(stated[name]).get("schema")
        yield from SchemaComparison(reader, inner).differences(content.schema.root, schema)


def _parameter_pointer(match: Documented, name: str) -> str:
    return f"{match.pointer}/parameters/{escaped(name)}"


def _stem(name: str) -> str:
    """`filter[status]` and `ids[]` are written for `filter` and `ids`."""
    return name.partition("[")[0] or name
