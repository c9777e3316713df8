"""An OpenAPI document (3.x, and Swagger 2.0 as far as it is the same) as the checks read it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Work is bounded, whatever the document: operations looked at, properties and depth of one schema.
MAX_OPERATIONS: Final = 2000
MAX_PROPERTIES: Final = 300
MAX_HOPS: Final = 8
# What a check found: nothing where it passed, None where it does not apply.
Verdict = str | None


class Operation(msgspec.Struct, frozen=True):
    """One operation; `parameters` hold the path's own and are resolved."""

    method: str
    path: str
    node: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    # `(status, response)`, resolved.
    responses: tuple[tuple[str, Mapping[str, Any]], ...]


class Design(msgspec.Struct, frozen=True):
    """A document, and the shares of requests (0 to 1) that failed checks of the same subject in
    traffic; a check that no traffic was seen for is not among them.
    """

    document: Mapping[str, Any]
    operations: tuple[Operation, ...]
    observed: Mapping[str, float]

    def resolve(self, node: Any) -> Mapping[str, Any]:
        """What a local `$ref` leads to, and an empty object where it leads nowhere."""
        return resolved(self.document, node)


def read(document: Any, observed: Mapping[str, float]) -> Design:
    """Never raises, whatever the JSON."""
    root = document if isinstance(document, dict) else {}
    return Design(root, tuple(_operations(root)), observed)


def resolved(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    for _ in range(MAX_HOPS):
        if not isinstance(node, dict):
            return {}
        target = node.get("$ref")
        if not isinstance(target, str):
            return node
        node = _at(document, target)
    return {}


def _at(document: Mapping[str, Any], pointer: str) -> Any:
    if not pointer.startswith("#/"):
        return None
    node: Any = document
    for part in pointer[2:].split("/")[:16]:
        if not isinstance(node, dict):
            return None
        node = node.get(part.replace("~1", "/").replace("~0", "~"))
    return node


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    left = MAX_OPERATIONS
    for path, item in mapping(document.get("paths")).items():
        shared = listed(mapping(item).get("parameters"))
        for method in METHODS:
            node = mapping(item).get(method)
            if not isinstance(node, dict):
                continue
            left -= 1
            if left < 0:
                return
            parameters = [*shared, *listed(node.get("parameters"))][:100]
            responses = list(mapping(node.get("responses")).items())[:50]
            yield Operation(
                method.upper(),
                str(path),
                node,
                tuple(found for p in parameters if (found := resolved(document, p))),
                tuple((str(status), resolved(document, r)) for status, r in responses),
            )


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def server_urls(document: Mapping[str, Any]) -> list[str]:
    """Addresses of servers; of Swagger 2.0 as they follow from its fields."""
    urls = [str(mapping(server).get("url", "")) for server in listed(document.get("servers"))[:50]]
    host = document.get("host")
    if not urls and isinstance(host, str):
        base = document.get("basePath")
        urls = [
            f"{scheme}://{host}{base if isinstance(base, str) else ''}"
            for scheme in listed(document.get("schemes"))[:4]
        ]
    return [url for url in urls if url]


def base_paths(document: Mapping[str, Any]) -> list[str]:
    """Paths that stand before those of the document: `/v1` of `https://api.example/v1/`."""
    paths = {""}
    for url in server_urls(document):
        try:
            paths.add(urlsplit(url).path.rstrip("/"))
        except ValueError:
            continue
    return sorted(paths)


def security_schemes(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = mapping(mapping(document.get("components")).get("securitySchemes"))
    return found or mapping(document.get("securityDefinitions"))


def contents(design: Design, operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """`(media type, Media Type Object)` of all bodies; of Swagger 2.0 the schemas of answers."""
    request = design.resolve(operation.node.get("requestBody"))
    bodies = [request, *(response for _, response in operation.responses)]
    for body in bodies:
        for media_type, content in list(mapping(body.get("content")).items())[:10]:
            yield str(media_type).lower(), mapping(content)
        if "schema" in body:
            yield "application/json", body
