"""What ASGI's scope says about a request."""

from collections.abc import MutableMapping
from typing import Any

from treblle_sdk.bodies import kind_of
from treblle_sdk.exchange import BodyCopy, Exchange, HeaderPairs, flat, header


def exchange_from(scope: MutableMapping[str, Any], body_limit_bytes: int) -> Exchange:
    """The request's side of an exchange; with a place for its body where that can be read."""
    headers = flat(header_pairs(scope))
    client, server = scope.get("client") or ("",), scope.get("server") or ("",)
    readable = kind_of(header(headers, "content-type")) is not None
    return Exchange(
        framework="asgi",
        method=scope["method"],
        scheme=scope.get("scheme", "http"),
        host=header(headers, "host") or ":".join(str(part) for part in server if part),
        path=scope["path"],
        query=scope.get("query_string", b"").decode("latin-1"),
        remote_ip=client[0],
        protocol=f"HTTP/{scope.get('http_version', '1.1')}",
        software="",
        request_headers=headers,
        request_body=BodyCopy(body_limit_bytes) if readable else None,
    )


def header_pairs(holder: MutableMapping[str, Any]) -> HeaderPairs:
    """The headers of a scope or a message, which may be an iterator that can be read once."""
    headers: HeaderPairs = holder.get("headers", ())
    if not isinstance(headers, list | tuple):
        headers = holder["headers"] = list(headers)
    return headers
