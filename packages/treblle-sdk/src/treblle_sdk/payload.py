"""Exchange → what goes over the wire: the format of the published SDKs, and a little more.

More than theirs: `event_id` (UUIDv7), `sdk_instance` (one process), `seq` (numbers what that
process saw, from 1), `dropped` and `discarded` (how many of these it lost, or `before_send` did
not want, so far), `sample_rate` where not everything is seen, `environment`, `customer_id`.
"""

import platform
import re
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from urllib.parse import quote

from treblle_sdk.bodies import Body, fields, kind_of, read_body
from treblle_sdk.exchange import CLIENT_GONE_STATUS, Exchange, Request, by_name
from treblle_sdk.masking import Masker
from treblle_sdk.options import Options, Payload
from treblle_sdk.routes import template

STREAMED: Final = "[Treblle: streamed, not looked at]"
MAX_CUSTOMER_ID_LENGTH: Final = 255
MAX_MESSAGE_LENGTH: Final = 4096
# What may stand in a path besides letters and digits (RFC 3986).
_PATH_SAFE: Final = "/:@!$&'()*+,;=~-._"


def sdk_version() -> str:
    try:
        return version("treblle-sdk")
    except PackageNotFoundError:
        return "0"


class PayloadBuilder:
    """Makes payloads of one application. Pure but for the identity it gives each event.

    `breathe` is called often in long work: others wait for the interpreter.
    """

    def __init__(self, options: Options, breathe: Callable[[], None] = lambda: None) -> None:
        self._options = options
        self._masker = Masker(options.masked_fields, breathe)
        self._version = sdk_version()
        system = platform.uname()
        self._os = {
            "name": system.system,
            "release": system.release,
            "architecture": system.machine,
        }
        self._language = {"name": "python", "version": platform.python_version()}

    def build(self, exchange: Exchange) -> Payload:
        """The payload with all secrets masked, but for who sent it and how much was lost."""
        request = exchange.read(exchange.told)
        response_headers = by_name(exchange.response_headers)
        request_body = self._request_body(exchange, request.headers)
        response_body = self._response_body(exchange, response_headers)
        payload: Payload = {
            "api_key": self._options.sdk_token,
            "project_id": self._options.api_key,
            "version": self._version,
            "sdk": f"python-{exchange.framework}",
            "event_id": str(_event_id(exchange.started_at)),
            "seq": exchange.seq,
            "data": {
                "server": self._server(request),
                "language": self._language,
                "request": self._request(exchange, request, request_body.value),
                "response": {
                    "headers": self._masker.headers(response_headers),
                    "code": exchange.status or CLIENT_GONE_STATUS,
                    "size": exchange.response_size_bytes,
                    "load_time": round(exchange.load_time_ms, 3),
                    "body": response_body.value,
                },
                "errors": [
                    *self._host_errors(exchange),
                    *_body_errors(request_body, response_body),
                ],
            },
        }
        return payload | self._optional(exchange)

    def _request(self, exchange: Exchange, request: Request, body: Any) -> dict[str, Any]:
        path = quote(self._masker.text(exchange.path), safe=_PATH_SAFE, errors="replace")
        return {
            "timestamp": _timestamp(exchange.started_at),
            "ip": _client_ip(request),
            "url": f"{exchange.scheme}://{request.host}{path}",
            "user_agent": self._masker.text(_first(request.headers, "user-agent")),
            "method": request.method,
            "headers": self._masker.headers(request.headers),
            "query": fields(request.query, self._masker) if request.query else {},
            "body": body,
            "route_path": template(exchange.route) if exchange.route is not None else None,
        }

    def _request_body(self, exchange: Exchange, headers: dict[str, list[str]]) -> Body:
        if self._left_unread(exchange, _first(headers, "content-length")):
            return Body()
        return self._body(exchange.request_body, exchange.request_body_bytes, headers)

    def _response_body(self, exchange: Exchange, headers: dict[str, list[str]]) -> Body:
        if exchange.streamed and kind_of(_first(headers, "content-type")) == "json":
            return Body(STREAMED)
        if exchange.broken_off:
            return Body()  # what came before is no document
        return self._body(exchange.response_body, exchange.response_body_bytes, headers)

    def _body(self, content: bytes | None, size_bytes: int, headers: dict[str, list[str]]) -> Body:
        kind = kind_of(_first(headers, "content-type"))
        if content is None or kind is None:
            return Body()
        encoding, limit_bytes = _first(headers, "content-encoding"), self._options.body_limit_bytes
        return read_body(content, size_bytes, limit_bytes, kind, encoding, self._masker)

    def _left_unread(self, exchange: Exchange, content_length: str) -> bool:
        """The application answered without reading the body to its end."""
        size_bytes = exchange.request_body_bytes
        if exchange.request_body is None or size_bytes > self._options.body_limit_bytes:
            return False
        if not re.fullmatch(r"[0-9]{1,15}", content_length):
            return False
        return size_bytes < int(content_length)

    def _server(self, request: Request) -> dict[str, Any]:
        return {
            "timezone": "UTC",
            "os": self._os,
            "software": request.software,
            "signature": "",
            "protocol": request.protocol,
        }

    def _host_errors(self, exchange: Exchange) -> list[dict[str, Any]]:
        return [
            {
                "source": "onException",
                "type": error.type,
                "message": self._masker.text(error.message)[:MAX_MESSAGE_LENGTH],
                "file": error.file,
                "line": error.line,
            }
            for error in exchange.errors
        ]

    def _optional(self, exchange: Exchange) -> dict[str, Any]:
        optional: dict[str, Any] = {}
        if self._options.environment:
            optional["environment"] = self._options.environment
        if self._options.sample_rate < 1:
            optional["sample_rate"] = self._options.sample_rate
        if exchange.customer_id is not None:
            optional["customer_id"] = str(exchange.customer_id)[:MAX_CUSTOMER_ID_LENGTH]
        return optional


def _event_id(started_at: float) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562, 5.7) with the time of the request."""
    milliseconds = int(started_at * 1000) & 0xFFFF_FFFF_FFFF
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return uuid.UUID(int=value | 0x2 << 62 | secrets.randbits(62))


def _timestamp(moment: float) -> str:
    """UTC without saying so, as the published SDKs write it; `server.timezone` says it."""
    utc = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)
    return utc.isoformat(" ", "milliseconds")


def _first(headers: dict[str, list[str]], name: str) -> str:
    values = headers.get(name)
    return values[0] if values else ""


def _client_ip(request: Request) -> str:
    """Whom the first proxy saw, else who connected."""
    forwarded = _first(request.headers, "x-forwarded-for")
    return forwarded.partition(",")[0].strip() or request.remote_ip


def _body_errors(request_body: Body, response_body: Body) -> list[dict[str, Any]]:
    return [
        {
            "source": source,
            "type": "INVALID_JSON",
            "message": body.problem,
            "file": None,
            "line": None,
        }
        for source, body in (("request", request_body), ("response", response_body))
        if body.problem
    ]
