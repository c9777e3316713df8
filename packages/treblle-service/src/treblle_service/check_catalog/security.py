"""What single requests tell of the API's safety."""

from treblle_service.check_catalog import references as ref
from treblle_service.check_catalog.entry import Check, Group, Limits, Severity, Stage, Threat


def _check(
    code: str,
    title: str,
    severity: Severity,
    threat: Threat,
    reference: tuple[str, str],
    why: str,
    mend: str,
    limits: tuple[float, float] = (0.0, 0.05),
) -> Check:
    return Check(
        code=code,
        title=title,
        group=Group.SECURITY,
        stage=Stage.RUN_TIME,
        severity=severity,
        threat=threat,
        why=why,
        mend=mend,
        reference=reference[0],
        url=reference[1],
        limits=Limits(*limits),
    )


# A fault that must not happen even once.
NEVER = (0.0, 0.0)

CHECKS = (
    _check(
        "secure-connection",
        "Secure Connection",
        Severity.HIGH,
        Threat.HIGH,
        ref.CONFIGURATION,
        "The request came over plain HTTP: anyone on the way can read and change it.",
        "Serve the API over HTTPS only and redirect the rest. Behind a proxy that ends TLS, let it"
        " send `X-Forwarded-Proto`. Private addresses and localhost do not count.",
    ),
    _check(
        "force-secure-connection",
        "Force Secure Connection (HSTS)",
        Severity.LOW,
        Threat.LOW,
        ref.rfc(6797, "6.1", "Strict-Transport-Security"),
        "Without HSTS the first request of a browser may go out unencrypted.",
        "Send `Strict-Transport-Security: max-age=31536000; includeSubDomains`.",
    ),
    _check(
        "mime-sniffing",
        "MIME Sniffing Protection",
        Severity.LOW,
        Threat.LOW,
        ref.HEADERS,
        "A browser that guesses types can take an answer for a script.",
        "Send `X-Content-Type-Options: nosniff` with every answer.",
    ),
    _check(
        "embedding-prevention",
        "Embedding Prevention",
        Severity.LOW,
        Threat.LOW,
        ref.rfc(7034, "2", "X-Frame-Options"),
        "An answer that a foreign page can show in a frame can be used for clickjacking.",
        "Send `X-Frame-Options: DENY` or `Content-Security-Policy: frame-ancestors 'none'`.",
    ),
    _check(
        "content-security-policy",
        "Security Policies (CSP)",
        Severity.LOW,
        Threat.LOW,
        ref.CSP,
        "Without a policy a browser runs whatever an answer brings along.",
        "For an API that serves no pages send `Content-Security-Policy: default-src 'none';"
        " frame-ancestors 'none'`.",
    ),
    _check(
        "content-labeling",
        "Content Labeling",
        Severity.MEDIUM,
        Threat.LOW,
        ref.rfc(9110, "8.3", "Content-Type"),
        "An answer with a body but without `Content-Type` leaves its meaning to guesses.",
        "Send `Content-Type`, e.g. `application/json`.",
    ),
    _check(
        "rate-limit-headers",
        "Rate Limiting",
        Severity.LOW,
        Threat.LOW,
        ref.RATE_LIMITS,
        "Clients cannot keep to a limit that they are not told; without a limit one client can"
        " take everything.",
        "Limit requests by client and send `RateLimit` and `RateLimit-Policy`, or the older"
        " `X-RateLimit-Limit`, `-Remaining` and `-Reset`.",
    ),
    _check(
        "sequential-ids",
        "IDs vs UUIDs",
        Severity.LOW,
        Threat.LOW,
        ref.OBJECTS,
        "Ids that count upwards can be guessed: together with a missing permission check, all"
        " records can be read one after the other.",
        "Use UUIDs (version 4 or 7) in addresses, and check permissions on every object.",
    ),
    _check(
        "authorization",
        "Authorization",
        Severity.HIGH,
        Threat.MEDIUM,
        ref.AUTHENTICATION,
        "Personal data was answered, or something was changed, for a request without any"
        " credentials. Log-in, sign-up, webhooks and health checks do not count.",
        "Ask for a token or key on this endpoint; where it is meant to be public, switch this"
        " check off.",
    ),
    _check(
        "injection-accepted",
        "Injection Answered With Success",
        Severity.HIGH,
        Threat.HIGH,
        ref.INJECTION,
        "Input that looks like an attack was answered with a 2xx: it may have got through.",
        "Check input against a schema and refuse it with a 400; use bound parameters and never"
        " build SQL, commands or paths from input.",
        NEVER,
    ),
    _check(
        "cors-credentials",
        "CORS Wildcard With Credentials",
        Severity.HIGH,
        Threat.MEDIUM,
        ref.FETCH,
        "Any website may read answers in the name of a logged-in user: the origin is `*` or `null`,"
        " and credentials are allowed.",
        "List the origins that may call the API, and compare exactly.",
    ),
    _check(
        "cors-reflected-origin",
        "CORS Repeats Another Site's Origin",
        Severity.MEDIUM,
        Threat.LOW,
        ref.FETCH,
        "The answer allows the site that asked, of another domain than the API's, to read it in the"
        " name of a logged-in user. A server that repeats each `Origin` it is sent lets every"
        " website do so; one answer cannot tell that from a list of friends.",
        "Compare the `Origin` exactly with a list, and send nothing where it is not in it. Where"
        " such a list is kept, switch this check off.",
    ),
    _check(
        "secret-in-url",
        "Secrets in the URL",
        Severity.HIGH,
        Threat.MEDIUM,
        ref.AUTHENTICATION,
        "Addresses are kept in logs, histories and referrers, and the secret with them.",
        "Send tokens and keys in the `Authorization` header, other secrets in the body.",
    ),
    _check(
        "personal-data-in-url",
        "Personal Data in the URL",
        Severity.MEDIUM,
        Threat.LOW,
        ref.PROPERTIES,
        "An email address or card number in an address ends in the logs of everyone on the way.",
        "Use an opaque id in the address, or send the data in the body.",
    ),
    _check(
        "secret-in-response",
        "Secrets in the Response",
        Severity.HIGH,
        Threat.MEDIUM,
        ref.PROPERTIES,
        "The answer holds a password, private key or token that the client did not ask for by"
        " logging in.",
        "Choose by name which fields are sent; never send a stored secret back.",
    ),
    _check(
        "stack-trace",
        "Stack Traces Leaked",
        Severity.HIGH,
        Threat.MEDIUM,
        ref.CONFIGURATION,
        "The error shows code, paths and versions, which is a map for attackers.",
        "Switch debug mode off, log the trace and answer with a reference to it.",
        NEVER,
    ),
    _check(
        "database-error",
        "Database Errors Leaked",
        Severity.HIGH,
        Threat.MEDIUM,
        ref.CONFIGURATION,
        "The text of a database error tells of tables and queries, and often of an open injection.",
        "Catch errors of the database and answer with a general message; log the rest.",
        NEVER,
    ),
    _check(
        "server-version",
        "Server Version Leaked",
        Severity.LOW,
        Threat.LOW,
        ref.CONFIGURATION,
        "`Server` or `X-Powered-By` names a product and its version: known holes are looked up"
        " by it.",
        "Remove `X-Powered-By` and cut the version (`server_tokens off`, `ServerTokens Prod`).",
    ),
    _check(
        "cookie-attributes",
        "Cookie Attributes",
        Severity.MEDIUM,
        Threat.LOW,
        ref.rfc(6265, "4.1.2", "Set-Cookie attributes"),
        "A cookie without `Secure`, `HttpOnly` and `SameSite` can be stolen or used by others.",
        "Set all three; `SameSite=Lax` does for most.",
    ),
    _check(
        "basic-authentication",
        "Basic Authentication",
        Severity.LOW,
        Threat.LOW,
        ref.rfc(7617, "4", "Basic authentication"),
        "Name and password travel with each request and cannot be withdrawn one by one.",
        "Use bearer tokens with an expiry (RFC 6750).",
    ),
    _check(
        "debug-methods",
        "TRACE Answered",
        Severity.MEDIUM,
        Threat.MEDIUM,
        ref.rfc(9110, "9.3.8", "TRACE"),
        "TRACE, TRACK and CONNECT send requests back or onward, headers and cookies included.",
        "Answer 405 to methods that the API does not offer.",
        NEVER,
    ),
    _check(
        "private-data-cached",
        "Private Data Publicly Cached",
        Severity.MEDIUM,
        Threat.LOW,
        ref.rfc(9111, "3.5", "storing answers to authenticated requests"),
        "An answer to someone who proved who they are may be kept by shared caches and shown to"
        " others.",
        "Send `Cache-Control: private` or `no-store` with what is personal.",
    ),
)
