"""Checks on security and speed, from a document and, where it is silent, from traffic."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from treblle_etl.transform.checks.documents.reading import (
    Design,
    Operation,
    Verdict,
    listed,
    mapping,
    security_schemes,
    server_urls,
)
from treblle_etl.transform.checks.facts import is_private_host
from treblle_etl.transform.checks.naming import naming_of

# Traffic shows something where nearly every request has it.
_SEEN: Final = 0.05
_READ: Final = "GET"


def idor_risks(design: Design, operation: Operation) -> Verdict:
    ids = [p for p in operation.parameters if p.get("in") == "path"]
    if not ids:
        return None
    for parameter in ids:
        schema = design.resolve(parameter.get("schema")) or parameter
        if schema.get("type") == "integer" and "date" not in str(parameter.get("name")).lower():
            return f"parameter `{str(parameter.get('name'))[:64]}` is a whole number"
    return ""


def operation_security(design: Design, operation: Operation) -> Verdict:
    required = _required(design, operation)
    if required is None:
        return "" if _is_public(operation) else "no `security`"
    # An explicit `security: []`, or an alternative without any scheme, is a decision.
    return ""


def authorization_documented(design: Design, operation: Operation) -> Verdict:
    if not _required(design, operation):
        return None
    statuses = {status.lower() for status, _ in operation.responses}
    return "" if statuses & {"401", "403", "4xx", "default"} else "neither 401 nor 403"


def security_field_scheme(design: Design, operation: Operation) -> Verdict:
    required = _required(design, operation)
    if required is None:
        return None
    defined = security_schemes(design.document)
    for alternative in required:
        for name in mapping(alternative):
            if name not in defined:
                return f"`{str(name)[:64]}` is not defined"
    return ""


def global_security(design: Design) -> Verdict:
    if not design.operations:
        return None
    if isinstance(design.document.get("security"), list):
        return ""
    if all(isinstance(o.node.get("security"), list) for o in design.operations):
        return ""
    return "no `security` at the top"


def secure_urls(design: Design) -> Verdict:
    urls = server_urls(design.document)
    if not urls:
        return None
    for url in urls:
        scheme, _, rest = url.partition("://")
        if scheme.lower() == "http" and not is_private_host(rest.partition("/")[0][:255]):
            return f"`{url[:128]}`"
    return ""


def _required(design: Design, operation: Operation) -> list[Any] | None:
    """The Security Requirement Objects that hold; None where nobody said."""
    for said in (operation.node.get("security"), design.document.get("security")):
        if isinstance(said, list):
            return said[:20]
    return None


def _is_public(operation: Operation) -> bool:
    return naming_of(operation.path[:1024]).is_public


def _documents(design: Design, names: tuple[str, ...], methods: tuple[str, ...] = ()) -> bool:
    for operation in design.operations:
        if methods and operation.method not in methods:
            continue
        for _, response in operation.responses:
            if any(str(name).lower() in names for name in mapping(response.get("headers"))):
                return True
    return False


def _header(observed: str, *names: str) -> Callable[[Design], Verdict]:
    """Documented, or seen in traffic; where neither speaks the document is held to it."""

    def check(design: Design) -> Verdict:
        if not design.operations:
            return None
        if _documents(design, names) or design.observed.get(observed, 1.0) <= _SEEN:
            return ""
        return f"`{names[0]}` is neither documented nor seen"

    return check


def compression_support(design: Design) -> Verdict:
    if not design.operations:
        return None
    if _documents(design, ("content-encoding", "vary")) or _takes(design, "accept-encoding"):
        return ""
    if design.observed.get("compression", 1.0) <= _SEEN:
        return ""
    return "`content-encoding` is neither documented nor seen"


def cache_support(design: Design) -> Verdict:
    if not any(operation.method == _READ for operation in design.operations):
        return None
    names = ("cache-control", "etag", "last-modified", "expires")
    if _documents(design, names, (_READ, "HEAD")) or _takes(design, "if-none-match"):
        return ""
    if design.observed.get("caching-headers", 1.0) <= _SEEN:
        return ""
    return "`cache-control` is neither documented nor seen"


def _takes(design: Design, header: str) -> bool:
    return any(
        str(parameter.get("name")).lower() == header
        for operation in design.operations
        for parameter in listed(list(operation.parameters))
    )


def _observed(code: str, limit: float, finding: str) -> Callable[[Design], Verdict]:
    """What only traffic can show; it does not apply where there is none."""

    def check(design: Design) -> Verdict:
        share = design.observed.get(code)
        if share is None:
            return None
        return "" if share <= limit else finding.format(share)

    return check


OPERATIONS: Final[Mapping[str, Callable[[Design, Operation], Verdict]]] = {
    "idor-risks": idor_risks,
    "operation-security": operation_security,
    "authorization-documented": authorization_documented,
    "security-field-scheme": security_field_scheme,
}
DOCUMENT: Final[Mapping[str, Callable[[Design], Verdict]]] = {
    "content-type-options": _header("mime-sniffing", "x-content-type-options"),
    "iframe-embedding": _header("embedding-prevention", "x-frame-options"),
    "hsts": _header("force-secure-connection", "strict-transport-security"),
    "csp": _header("content-security-policy", "content-security-policy"),
    "secure-urls": secure_urls,
    "global-security": global_security,
    "load-time-design": _observed("load-time", 0.05, "{:.1%} of requests are slower than 500 ms"),
    "compression-support": compression_support,
    "cdn-usage": _observed("cdn", 0.5, "{:.0%} of reads are public, and came through no CDN"),
    "http2-usage": _observed("http2", 0.5, "{:.0%} of requests came by HTTP/1"),
    "cache-support": cache_support,
}
