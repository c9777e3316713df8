"""What WSGI's environ, and Django's `META` after it, say about a request."""

from collections.abc import Mapping
from typing import Any, Final

from treblle_sdk.bodies import kind_of
from treblle_sdk.exchange import BodyCopy, Exchange

# The two headers that CGI names without a prefix.
_CONTENT_HEADERS: Final = (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length"))


def exchange_from(
    environ: Mapping[str, Any], framework: str, path: str, scheme: str, body_limit_bytes: int
) -> Exchange:
    """The request's side of an exchange; with a place for its body where that can be read."""
    headers: list[str] = []
    for name, value in environ.items():
        if name[:5] == "HTTP_":
            headers += (name[5:].replace("_", "-"), value)
    for name, header in _CONTENT_HEADERS:
        if environ.get(name):
            headers += (header, environ[name])
    readable = kind_of(environ.get("CONTENT_TYPE") or "") is not None
    return Exchange(
        framework=framework,
        method=environ.get("REQUEST_METHOD", "GET"),
        scheme=scheme,
        host=_host(environ),
        path=path,
        query=environ.get("QUERY_STRING", ""),
        remote_ip=environ.get("REMOTE_ADDR") or "",
        protocol=environ.get("SERVER_PROTOCOL") or "",
        software=environ.get("SERVER_SOFTWARE") or "",
        request_headers=tuple(headers),
        request_body=BodyCopy(body_limit_bytes) if readable else None,
    )


def _host(environ: Mapping[str, Any]) -> str:
    if host := environ.get("HTTP_HOST"):
        return str(host)
    return f"{environ.get('SERVER_NAME', '')}:{environ.get('SERVER_PORT', '')}".rstrip(":")
