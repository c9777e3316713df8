"""One request as an entry of an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/)."""

import json
from collections.abc import Mapping
from typing import Any

from treblle_models.models import Request

NOT_KNOWN = -1


def har_entry(request: Request, details: Mapping[str, Any] | None) -> dict[str, Any]:
    """Without details the parts that are not known stay empty. Masked values stay masked."""
    sent, got = (_side(details, name) for name in ("request", "response"))
    return {
        "startedDateTime": request.requested_at.isoformat(timespec="milliseconds"),
        "time": request.load_time_ms or 0,
        "request": {
            "method": request.method,
            "url": url_of(request),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(sent.get("headers")),
            "queryString": _pairs(sent.get("query")),
            "headersSize": NOT_KNOWN,
            "bodySize": _known(request.request_size_bytes),
            **_post_data(sent),
        },
        "response": {
            "status": request.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(got.get("headers")),
            "content": {
                "size": _known(request.response_size_bytes),
                "mimeType": _content_type(got),
                "text": body_text(got.get("body")),
            },
            "redirectURL": "",
            "headersSize": NOT_KNOWN,
            "bodySize": _known(request.response_size_bytes),
        },
        "cache": {},
        "timings": {"send": 0, "wait": request.load_time_ms or 0, "receive": 0},
        "serverIPAddress": "",
        "comment": str(request.uuid),
    }


def url_of(request: Request) -> str:
    """Without its query; hosts are kept without their scheme."""
    host = request.host if "://" in request.host else f"https://{request.host}"
    return f"{host}{request.path}"


def body_text(body: Any) -> str:
    """As it went over the wire, as far as it is known."""
    if body is None:
        return ""
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _side(details: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    side = (details or {}).get(name)
    return side if isinstance(side, dict) else {}


def _pairs(values: Any) -> list[dict[str, str]]:
    if not isinstance(values, dict):
        return []
    return [{"name": str(name), "value": _text(value)} for name, value in values.items()]


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _content_type(side: dict[str, Any]) -> str:
    headers = side.get("headers")
    pairs = headers.items() if isinstance(headers, dict) else ()
    found = (_text(value) for name, value in pairs if str(name).lower() == "content-type")
    return next(found, "application/json")


def _post_data(side: dict[str, Any]) -> dict[str, Any]:
    if side.get("body") in (None, "", {}, []):
        return {}
    return {"postData": {"mimeType": _content_type(side), "text": body_text(side["body"])}}


def _known(size: int | None) -> int:
    return NOT_KNOWN if size is None else size
