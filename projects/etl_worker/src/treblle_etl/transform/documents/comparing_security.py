"""How clients prove who they are, beside what somebody else's document asks for."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from treblle_etl.transform.documents.certainty import MIN_SIGHTINGS
from treblle_etl.transform.documents.comparing_schemas import Difference
from treblle_etl.transform.documents.documented import Documented
from treblle_etl.transform.documents.operation import Operation
from treblle_etl.transform.documents.permitted import Reader, listed, mapping

# Accepted requests from which a scheme that none of them used is told.
ENOUGH_FOR_UNUSED: Final = 100
# Share of the accepted requests from which a credential is no stray one.
MIN_SHARE: Final = 0.05
# An `Authorization` of which only the value's stars were left, or that names no scheme.
_ANY_HTTP: Final = "header:authorization"
_BY_TOKEN: Final = frozenset(("oauth2", "openIdConnect"))


def security_differences(
    reader: Reader, operation: Operation, match: Documented
) -> Iterator[Difference]:
    """Nothing where a way in leaves no trace in what was learned: cookies, client certificates."""
    document = reader.document
    schemes = mapping(mapping(document.get("components")).get("securitySchemes"))
    ways = _ways(match.operation.get("security", document.get("security")))
    needed: dict[str, frozenset[str]] = {}
    for name in sorted({name for way in ways for name in way}):
        seen_as = _seen_as(reader.resolved(schemes.get(name)))
        if not seen_as:
            return
        needed[name] = seen_as
    is_global = "security" in document and "security" not in match.operation
    where = "/security" if is_global else f"{match.pointer}/security"
    yield from _absent(operation, ways, needed, where)
    yield from _others(operation, needed, where)
    yield from _unused(operation, needed, where)


def _ways(security: Any) -> list[list[str]]:
    """The names of the schemes of each alternative; an empty one needs none."""
    return [sorted(mapping(way)) for way in listed(security) if isinstance(way, Mapping)]


def _seen_as(scheme: Mapping[str, Any]) -> frozenset[str]:
    """What `headers.auth_scheme` calls a credential of this scheme; empty where it sees none."""
    kind, name, place = (scheme.get(word) for word in ("type", "name", "in"))
    if kind == "http" and isinstance(scheme.get("scheme"), str):
        return frozenset((f"http:{scheme['scheme'].lower()}", _ANY_HTTP))
    if kind in _BY_TOKEN:
        return frozenset(("http:bearer", _ANY_HTTP))
    if kind == "apiKey" and isinstance(name, str):
        if place == "header" and name.lower() == "authorization":
            return frozenset((_ANY_HTTP, "http:*"))
        if place == "header":
            return frozenset((f"header:{name.lower()}",))
        if place == "query":
            return frozenset((f"query:{name}",))
    return frozenset()


def _count(operation: Operation, seen_as: frozenset[str]) -> int:
    """Requests with such a credential."""
    count = _as_parameters(operation, seen_as)
    for scheme, times in operation.auth.items():
        any_http = "http:*" in seen_as and scheme.startswith("http:")
        count += times if any_http or scheme in seen_as else 0
    return count


def _as_parameters(operation: Operation, seen_as: frozenset[str]) -> int:
    """Of these, those whose key has a name that no key has elsewhere: it was no credential to
    who learned it."""
    places = {"header": operation.headers, "query": operation.query}
    named = (each.partition(":") for each in seen_as)
    found = [places[kind].get(name) for kind, _, name in named if kind in places]
    return sum(parameter.count for parameter in found if parameter is not None)


def _absent(
    operation: Operation,
    ways: list[list[str]],
    needed: Mapping[str, frozenset[str]],
    where: str,
) -> Iterator[Difference]:
    """Requests that were accepted without what each way asks for."""
    unusual = _as_parameters(operation, frozenset[str]().union(*needed.values()))
    bare = operation.accepted - sum(operation.auth.values()) - unusual
    if not ways or not all(ways) or bare < MIN_SIGHTINGS:
        return
    names = " or ".join(" with ".join(f"`{name}`" for name in way) for way in ways)
    words = f"`{operation.name}` asks for {names} in the document, but takes requests without any"
    first = None if unusual else operation.auth_first.get("")
    yield Difference("auth-absent", operation.name, where, words, first=first)


def _others(
    operation: Operation, needed: Mapping[str, frozenset[str]], where: str
) -> Iterator[Difference]:
    known = frozenset[str]().union(*needed.values())
    enough = max(MIN_SIGHTINGS, MIN_SHARE * operation.accepted)
    for scheme, times in sorted(operation.auth.items()):
        takes_any = "http:*" in known and scheme.startswith("http:")
        # Stars tell no scheme: they may be any that is in the document.
        if times < enough or scheme in known or takes_any or (scheme == _ANY_HTTP and needed):
            continue
        stated = "which is not in the document" if needed else "the document asks for nothing"
        words = f"`{operation.name}`: clients send {_spoken(scheme)}, {stated}"
        first = operation.auth_first.get(scheme)
        yield Difference("undocumented-auth", operation.name, where, words, first=first)


def _unused(
    operation: Operation, needed: Mapping[str, frozenset[str]], where: str
) -> Iterator[Difference]:
    """Only where others are used: where none is, that is told already."""
    if operation.accepted < ENOUGH_FOR_UNUSED or not operation.auth:
        return
    has_http = any(scheme.startswith("http:") or scheme == _ANY_HTTP for scheme in operation.auth)
    for name, seen_as in needed.items():
        # Of a request with `Authorization` its other credentials are not learned.
        is_seen = any(each.startswith("http:") for each in seen_as) or not has_http
        if is_seen and not _count(operation, seen_as):
            words = f"`{operation.name}`: no request uses `{name}` of the document"
            yield Difference("unused-auth", operation.name, where, words)


def _spoken(scheme: str) -> str:
    """`http:bearer` → "a `bearer` credential", `query:api_key` → "`api_key` in the query"."""
    kind, _, name = scheme.partition(":")
    return f"a `{name}` credential" if kind == "http" else f"`{name}` in the {kind}"
