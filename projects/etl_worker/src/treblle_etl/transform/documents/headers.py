"""What headers tell: the type of a body, how a client proves who it is, and what else matters."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
PLAIN: Final = "text/plain"
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")

# Parts of HTTP itself, of browsers and of proxies: no part of an API's contract.
_TRANSPORT: Final = frozenset(
    [
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-ranges",
        "access-control-allow-credentials",
        "age",
        "alt-svc",
        "authorization",
        "baggage",
        "cache-control",
        "connection",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-security-policy",
        "content-type",
        "cookie",
        "date",
        "dnt",
        "expires",
        "expect",
        "forwarded",
        "from",
        "host",
        "keep-alive",
        "last-modified",
        "max-forwards",
        "nel",
        "origin",
        "pragma",
        "priority",
        "proxy-authorization",
        "referer",
        "referrer-policy",
        "report-to",
        "save-data",
        "server",
        "server-timing",
        "set-cookie",
        "strict-transport-security",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "upgrade-insecure-requests",
        "user-agent",
        "vary",
        "via",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-cache",
        "x-client-ip",
        "x-content-type-options",
        "x-correlation-id",
        "x-dns-prefetch-control",
        "x-download-options",
        "x-frame-options",
        "x-permitted-cross-domain-policies",
        "x-powered-by",
        "x-real-ip",
        "x-request-id",
        "x-request-start",
        "x-requested-with",
        "x-robots-tag",
        "x-runtime",
        "x-served-by",
        "x-xss-protection",
        "accept-language",
        "permissions-policy",
        "etag",
        "x-request-time",
        "x-response-time",
    ]
)
_TRANSPORT_PREFIXES: Final = (
    ":",
    "access-control-",
    "cdn-",
    "cf-",
    "cloudfront-",
    "cross-origin-",
    "fastly-",
    "fly-",
    "if-",
    "sec-",
    # Meant for us: who the caller is, which trace. In a document it would name the API's customers.
    "treblle-",
    "true-client-",
    "x-amz-cf-",
    "x-b3-",
    "x-datadog-",
    "x-envoy-",
    "x-forwarded-",
    "x-github-request",
    "x-original-",
    "x-vercel-",
)
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_KEY_HEADER: Final = re.compile(
    r"(?:x-)?(?:[a-z0-9]+-)*(?:api-?key|api-?token|auth-?token|access-?token|app-?key|app-?token)"
    r"|apikey|x-token"
)
_KEY_QUERY: Final = re.compile(r"api[_-]?key|apikey|api[_-]?token|access[_-]?token|auth[_-]?token")


def media_type(headers: Mapping[str, Any], body: Any) -> str:
    """As the header says; where it says nothing, what the body looks like."""
    said = headers.get("content-type")
    if isinstance(said, str):
        plain = said.partition(";")[0].strip().lower()
        if _MEDIA_TYPE.fullmatch(plain):
            return plain
    return PLAIN if isinstance(body, str) else JSON


def that_matter(headers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Those an API may ask for or answer with by contract, but for what proves identity."""
    for name, value in headers.items():
        if (
            name not in _TRANSPORT
            and not name.startswith(_TRANSPORT_PREFIXES)
            and _NAME.fullmatch(name)
            and not _KEY_HEADER.fullmatch(name)
        ):
            yield name, value


def is_key(name: str) -> bool:
    """Whether a query parameter of this name is a credential."""
    return _KEY_QUERY.fullmatch(name.lower()) is not None


def auth_scheme(headers: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """`http:bearer`, `header:x-api-key`, `query:api_key`; empty where the client proves nothing."""
    authorization = headers.get("authorization")
    if isinstance(authorization, str) and authorization:
        scheme, blank, _ = authorization.partition(" ")
        known = blank and scheme.isalnum() and len(scheme) <= 16
        return f"http:{scheme.lower()}" if known else "header:authorization"
    for name in headers:
        if _KEY_HEADER.fullmatch(name):
            return f"header:{name}"
    for name in query:
        if is_key(name):
            return f"query:{name}"
    return ""
