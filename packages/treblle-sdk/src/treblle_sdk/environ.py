"""What WSGI's environ, and Django's `META` after it, say about a request."""

from collections.abc import Mapping
from typing import Any, Final

from treblle_sdk.bodies import kind_of
from treblle_sdk.exchange import Exchange, Request

# The two headers that CGI names without a prefix (RFC 3875, 4.1).
_CONTENT_HEADERS: Final = (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length"))


def exchange_from(environ: Mapping[str, Any], framework: str, path: str, scheme: str) -> Exchange:
    """The request's side of an exchange: texts only, as sockets and streams must not be held."""
    told = {name: value for name, value in environ.items() if type(value) is str}
    return Exchange(framework, scheme, path, told, read_environ)


def has_readable_body(environ: Mapping[str, Any]) -> bool:
    """Whether the request's body is one to report, as far as its type says."""
    return kind_of(environ.get("CONTENT_TYPE") or "") is not None


def read_environ(environ: Mapping[str, str]) -> Request:
    """What the texts of an environ say."""
    headers = {
        name[5:].replace("_", "-").lower(): [value]
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name, header in _CONTENT_HEADERS:
        if environ.get(name):
            headers[header] = [environ[name]]
    return Request(
        method=environ.get("REQUEST_METHOD", "GET"),
        host=environ.get("HTTP_HOST") or _server(environ),
        query=environ.get("QUERY_STRING", ""),
        remote_ip=environ.get("REMOTE_ADDR", ""),
        protocol=environ.get("SERVER_PROTOCOL", ""),
        software=environ.get("SERVER_SOFTWARE", ""),
        headers=headers,
    )


def _server(environ: Mapping[str, str]) -> str:
    return f"{environ.get('SERVER_NAME', '')}:{environ.get('SERVER_PORT', '')}".rstrip(":")
