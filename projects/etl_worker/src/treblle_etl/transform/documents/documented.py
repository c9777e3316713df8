"""The operations of somebody else's OpenAPI 3 document, and which of them a template is."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from treblle_etl.transform.documents.openapi import METHODS
from treblle_etl.transform.documents.permitted import Reader, listed, mapping

MAX_OPERATIONS: Final = 5_000
MAX_SERVERS: Final = 16
MAX_PATH_LENGTH: Final = 2_048
_PARAMETER: Final = re.compile(r"\{[^{}]*\}")


class Documented(NamedTuple):
    """`parameters` by place and name, and `pointers` to them; `names` are those in the path, in
    its order."""

    method: str
    path: str
    prefixes: tuple[str, ...]
    pointer: str
    operation: Mapping[str, Any]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    pointers: Mapping[tuple[str, str], str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.prefixes[-1]}{self.path}"

    @property
    def names(self) -> list[str]:
        return [each[1:-1] for each in _PARAMETER.findall(self.path)]


class Index:
    """Finds the operation of a template without asking all of them."""

    def __init__(self, operations: list[Documented]) -> None:
        self._exact: dict[tuple[str, str], Documented] = {}
        self._others: dict[tuple[str, int], list[tuple[re.Pattern[str], Documented]]] = {}
        for each in operations:
            for prefix in each.prefixes:
                path = f"{prefix}{each.path}"
                self._exact.setdefault((each.method, shape_of(path)), each)
                key = each.method, _length(path)
                self._others.setdefault(key, []).append((_pattern(path), each))

    def find(self, method: str, template: str) -> Documented | None:
        """The one of the same form, else the one with the fewest parameters that takes it."""
        exact = self._exact.get((method, shape_of(template)))
        if exact is not None:
            return exact
        matching = [
            each
            for pattern, each in self._others.get((method, _length(template)), ())
            if pattern.fullmatch(template.rstrip("/"))
        ]
        return min(matching, key=lambda each: len(each.names), default=None)


def operations_of(document: Mapping[str, Any], reader: Reader) -> list[Documented]:
    """In the order of the document, MAX_OPERATIONS at most."""
    return list(islice(_operations(document, reader), MAX_OPERATIONS))


def shape_of(path: str) -> str:
    """`/users/{id}/` → `/users/{}`: names of parameters and a last slash do not count."""
    return _PARAMETER.sub("{}", path).rstrip("/") or "/"


def takes(template: str, path: str) -> bool:
    """Whether each path of the second template may be one of the first."""
    return _length(template) == _length(path) and bool(
        _pattern(template).fullmatch(path.rstrip("/"))
    )


def escaped(name: str) -> str:
    """A step of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _operations(document: Mapping[str, Any], reader: Reader) -> Iterator[Documented]:
    for path, stated in mapping(document.get("paths")).items():
        if len(path) > MAX_PATH_LENGTH:
            continue
        item = reader.resolved(stated)
        for method in METHODS:
            operation = item.get(method.lower())
            if isinstance(operation, Mapping):
                servers = operation.get("servers") or item.get("servers") or document.get("servers")
                above = f"/paths/{escaped(path)}"
                pointer = f"{above}/{method.lower()}"
                found = _parameters(reader, item, above) | _parameters(reader, operation, pointer)
                yield Documented(
                    method,
                    path,
                    _prefixes(servers),
                    pointer,
                    operation,
                    {key: parameter for key, (parameter, _) in found.items()},
                    {key: where for key, (_, where) in found.items()},
                )


def _prefixes(servers: Any) -> tuple[str, ...]:
    """What may stand before a path; the longest last."""
    found = {""} | {_prefix(server) for server in islice(listed(servers), MAX_SERVERS)}
    return tuple(sorted(found, key=lambda prefix: (len(prefix), prefix)))


def _prefix(server: Any) -> str:
    url = mapping(server).get("url")
    if not isinstance(url, str) or len(url) > MAX_PATH_LENGTH:
        return ""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def _parameters(
    reader: Reader, stated: Mapping[str, Any], pointer: str
) -> dict[tuple[str, str], tuple[Mapping[str, Any], str]]:
    """Of a path or an operation, by place and name, each with its pointer."""
    found = {}
    for number, each in enumerate(listed(stated.get("parameters"))):
        parameter = reader.resolved(each)
        place, name = parameter.get("in"), parameter.get("name")
        if isinstance(place, str) and isinstance(name, str):
            key = place, name.lower() if place == "header" else name
            found[key] = parameter, f"{pointer}/parameters/{number}"
    return found


def _length(path: str) -> int:
    return path.rstrip("/").count("/")


def _pattern(path: str) -> re.Pattern[str]:
    """Atomic groups, as in `fnmatch`: a path with many parameters is matched in one go."""
    first, *others = (re.escape(part) for part in _PARAMETER.split(path.rstrip("/")))
    if not others:
        return re.compile(first)
    middle = "".join(f"(?>[^/]+?{part})" for part in others[:-1] if part)
    return re.compile(f"{first}{middle}[^/]+{others[-1]}")
