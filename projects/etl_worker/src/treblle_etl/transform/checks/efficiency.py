"""Checks on speed, size and rates of statuses."""

from collections.abc import Callable, Mapping
from typing import Final

from treblle_etl.transform.checks.facts import Facts, text_of
from treblle_etl.transform.checks.populations import Finding, Population, RequestCheck

SLOW_MS: Final = 500.0
LARGE_BYTES: Final = 1_000_000
# What fits into one packet gains nothing by compression.
WORTH_COMPRESSING_BYTES: Final = 1400

_COMPRESSED: Final = ("gzip", "br", "zstd", "deflate")
_TEXT: Final = ("json", "text/", "xml", "javascript", "csv")
# What a proxy before the application leaves in a request.
_PROXIES: Final = frozenset(
    [
        "via",
        "x-forwarded-for",
        "forwarded",
        "x-forwarded-proto",
        "cf-ray",
        "x-amzn-trace-id",
        "x-real-ip",
    ]
)
_CDNS: Final = frozenset(
    [
        "cf-ray",
        "cf-connecting-ip",
        "cdn-loop",
        "x-amz-cf-id",
        "fastly-client-ip",
        "fastly-ff",
        "akamai-origin-hop",
        "true-client-ip",
        "x-azure-ref",
        "x-vercel-id",
        "x-served-by",
        "x-cache",
    ]
)
_CACHING: Final = frozenset(["cache-control", "etag", "last-modified", "expires"])


def load_time(facts: Facts) -> Finding:
    took = facts.event.load_time_ms
    return f"{took:.0f} ms" if took is not None and took > SLOW_MS else ""


def response_size(facts: Facts) -> Finding:
    size = facts.event.response_size_bytes
    return f"{size / 1e6:.1f} MB" if size is not None and size > LARGE_BYTES else ""


def compression(facts: Facts) -> Finding:
    size = facts.event.response_size_bytes
    if size is None or size < WORTH_COMPRESSING_BYTES or "content-encoding" in facts.answered:
        return ""
    if not any(part in facts.content_type for part in _TEXT):
        return ""
    accepts = text_of(facts.asked.get("accept-encoding"))
    if not any(coding in accepts for coding in _COMPRESSED):
        return ""
    return f"{size} bytes uncompressed"


def http2(facts: Facts) -> Finding:
    """Behind a proxy the client's own protocol is not seen: then nothing is held against it."""
    protocol = facts.event.server.get("protocol")
    if type(protocol) is not str or protocol[:6] != "HTTP/1":
        return ""
    return f"`{protocol[:16]}`" if _PROXIES.isdisjoint(facts.asked) else ""


def caching_headers(facts: Facts) -> Finding:
    if facts.answered and _CACHING.isdisjoint(facts.answered):
        return "neither `Cache-Control` nor `ETag` nor `Last-Modified`"
    return ""


def cdn(facts: Facts) -> Finding:
    if "public" not in text_of(facts.answered.get("cache-control")):
        return ""
    if _CDNS.isdisjoint(facts.asked) and _CDNS.isdisjoint(facts.answered):
        return "public, and no sign of a CDN"
    return ""


def _status(lowest: int, highest: int, other: int = 0) -> Callable[[Facts], Finding]:
    def check(facts: Facts) -> Finding:
        status = facts.status
        return str(status) if lowest <= status <= highest or status == other else ""

    return check


CHECKS: Mapping[Population, Mapping[str, RequestCheck]] = {
    Population.REQUESTS: {
        "load-time": load_time,
        "response-size": response_size,
        "http2": http2,
    },
    Population.ERRORS: {
        "client-error-400": _status(400, 400),
        "client-error-401-403": _status(401, 401, 403),
        "client-error-404": _status(404, 404),
        "client-error-4xx": _status(400, 499),
        "client-error-429": _status(429, 429),
        "server-error-500": _status(500, 500),
        "server-error-502-504": _status(502, 504),
        "server-error-5xx": _status(500, 599),
    },
    Population.ANSWERS: {"compression": compression},
    Population.READS: {"caching-headers": caching_headers, "cdn": cdn},
}
