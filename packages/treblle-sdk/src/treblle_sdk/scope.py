"""What ASGI's scope says about a request."""

from collections.abc import MutableMapping
from typing import Any

from treblle_sdk.bodies import kind_of
from treblle_sdk.exchange import Exchange, HeaderPairs, Request, by_name, flat, header


def exchange_from(scope: MutableMapping[str, Any]) -> Exchange:
    """The request's side of an exchange."""
    told = (
        scope["method"],
        scope.get("query_string", b""),
        scope.get("client"),
        scope.get("server"),
        scope.get("http_version", "1.1"),
        flat(header_pairs(scope)),
    )
    return Exchange("asgi", scope.get("scheme", "http"), scope["path"], told, read_scope)


def read_scope(told: tuple[Any, ...]) -> Request:
    """What the values say that were taken from a scope."""
    method, query, client, server, http_version, flat_headers = told
    headers = by_name(flat_headers)
    return Request(
        method=method,
        host=headers.get("host", [_server(server)])[0],
        query=query.decode("latin-1"),
        remote_ip=client[0] if client else "",
        protocol=f"HTTP/{http_version}",
        software="",
        headers=headers,
    )


def _server(server: tuple[str, int | None] | None) -> str:
    return ":".join(str(part) for part in server or () if part)


def has_readable_body(scope: MutableMapping[str, Any]) -> bool:
    """Whether the request's body is one to report, as far as its type says."""
    return kind_of(header(header_pairs(scope), "content-type")) is not None


def header_pairs(holder: MutableMapping[str, Any]) -> HeaderPairs:
    """The headers of a scope or a message, which may be an iterator that can be read once."""
    headers: HeaderPairs = holder.get("headers", ())
    if not isinstance(headers, list | tuple):
        headers = holder["headers"] = list(headers)
    return headers
