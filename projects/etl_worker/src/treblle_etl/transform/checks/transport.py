"""Checks on the way: encryption, protections that browsers know, cookies, CORS."""

from collections.abc import Mapping
from typing import Final

from treblle_etl.transform.checks.facts import Facts, text_of
from treblle_etl.transform.checks.populations import WITHOUT_BODY, Finding, Population, RequestCheck


def secure_connection(facts: Facts) -> Finding:
    return "plain HTTP" if facts.is_encrypted is False else ""


def force_secure_connection(facts: Facts) -> Finding:
    # Over plain HTTP the header must not be sent (RFC 6797 §7.2).
    if facts.is_encrypted is False or "strict-transport-security" in facts.answered:
        return ""
    return "no `Strict-Transport-Security`"


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
        "cookie-attributes": cookie_attributes,
    },
    Population.ANSWERS: {
        "force-secure-connection": force_secure_connection,
        "mime-sniffing": mime_sniffing,
        "embedding-prevention": embedding_prevention,
        "content-security-policy": content_security_policy,
        "content-labeling": content_labeling,
        "rate-limit-headers": rate_limit_headers,
    },
    Population.READS: {"private-data-cached": private_data_cached},
}
