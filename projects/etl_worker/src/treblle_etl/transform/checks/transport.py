"""Checks on the way: encryption, protections that browsers know, cookies, CORS."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from treblle_etl.transform.checks.facts import Facts, is_private_host, text_of
from treblle_etl.transform.checks.populations import WITHOUT_BODY, Finding, Population, RequestCheck

# Second labels below which countries' registries sell names, as in `shop.co.uk`.
_REGISTRIES: Final = frozenset(
    ["ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "nom", "or", "org"]
)


def secure_connection(facts: Facts) -> Finding:
    return "plain HTTP" if facts.is_encrypted is False else ""


def force_secure_connection(facts: Facts) -> Finding:
    """Of encrypted answers only: over plain HTTP it must not be sent (RFC 6797 §7.2)."""
    return "" if "strict-transport-security" in facts.answered else "no `Strict-Transport-Security`"


def mime_sniffing(facts: Facts) -> Finding:
    if "nosniff" in text_of(facts.answered.get("x-content-type-options")).lower():
        return ""
    return "" if facts.status in WITHOUT_BODY else "no `X-Content-Type-Options: nosniff`"


def embedding_prevention(facts: Facts) -> Finding:
    answered = facts.answered
    if "x-frame-options" in answered or facts.status in WITHOUT_BODY:
        return ""
    if "frame-ancestors" in text_of(answered.get("content-security-policy")):
        return ""
    return "neither `X-Frame-Options` nor CSP `frame-ancestors`"


def content_security_policy(facts: Facts) -> Finding:
    if "content-security-policy" in facts.answered or facts.status in WITHOUT_BODY:
        return ""
    return "no `Content-Security-Policy`"


def content_labeling(facts: Facts) -> Finding:
    if facts.content_type or facts.status in WITHOUT_BODY or facts.method == "HEAD":
        return ""
    event = facts.event
    if event.response_body is None and not event.response_size_bytes:
        return ""
    return "a body without `Content-Type`"


def cors_credentials(facts: Facts) -> Finding:
    answered = facts.answered
    origin = text_of(answered.get("access-control-allow-origin"))
    if origin not in ("*", "null"):
        return ""
    if text_of(answered.get("access-control-allow-credentials")).lower() != "true":
        return ""
    return f"`Access-Control-Allow-Origin: {origin}` with credentials"


def cors_reflected_origin(facts: Facts) -> Finding:
    if "origin" not in facts.asked:
        return ""
    origin, answered = text_of(facts.asked["origin"]), facts.answered
    if text_of(answered.get("access-control-allow-origin")) != origin:
        return ""
    if text_of(answered.get("access-control-allow-credentials")).lower() != "true":
        return ""
    host, asking = facts.event.host, origin.rpartition("://")[2]
    # `null` is the other check's.
    if asking in ("", "null") or is_private_host(host) or site_of(host) == site_of(asking):
        return ""
    return "`Access-Control-Allow-Origin` repeats the `Origin` of another site, with credentials"


@lru_cache(maxsize=1024)
def site_of(host: str) -> str:
    """The domain that was registered (`shop.example`, `shop.co.uk`) of a host, port and all, as far
    as its last labels tell; an address as it is.
    """
    if host.startswith("["):
        return host.partition("]")[0]
    labels = host.lower().partition(":")[0].rstrip(".").split(".")
    if labels[-1].isdigit():
        return ".".join(labels)
    has_registry = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _REGISTRIES
    return ".".join(labels[-3 if has_registry else -2 :])


def cookie_attributes(facts: Facts) -> Finding:
    cookies = facts.answered.get("set-cookie")
    if not cookies:
        return ""
    for cookie in (cookies if isinstance(cookies, list) else [cookies])[:20]:
        lower = str(cookie).lower()
        # SDKs mask cookies: then nothing is known of them. One with max-age=0 is being removed.
        if (";" not in lower and "=" not in lower) or "max-age=0" in lower:
            continue
        missing = [name for name in ("secure", "httponly", "samesite") if name not in lower]
        if missing:
            return "a cookie without " + ", ".join(f"`{name}`" for name in missing)
    return ""


def private_data_cached(facts: Facts) -> Finding:
    if "authorization" not in facts.asked:
        return ""
    said = text_of(facts.answered.get("cache-control")).lower()
    return "`Cache-Control: public` on an authenticated answer" if "public" in said else ""


_LIMITS: Final = frozenset(
    [
        "ratelimit",
        "ratelimit-policy",
        "ratelimit-limit",
        "ratelimit-remaining",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-rate-limit-limit",
        "x-rate-limit-remaining",
    ]
)


def rate_limit_headers(facts: Facts) -> Finding:
    return "no rate-limit headers" if _LIMITS.isdisjoint(facts.answered) else ""


CHECKS: Mapping[Population, Mapping[str, RequestCheck]] = {
    Population.REQUESTS: {
        "secure-connection": secure_connection,
        "cors-credentials": cors_credentials,
        "cors-reflected-origin": cors_reflected_origin,
        "cookie-attributes": cookie_attributes,
    },
    Population.ANSWERS: {
        "mime-sniffing": mime_sniffing,
        "embedding-prevention": embedding_prevention,
        "content-security-policy": content_security_policy,
        "content-labeling": content_labeling,
        "rate-limit-headers": rate_limit_headers,
    },
    Population.READS: {"private-data-cached": private_data_cached},
    Population.ENCRYPTED: {"force-secure-connection": force_secure_connection},
}
