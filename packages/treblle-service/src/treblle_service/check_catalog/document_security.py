"""What an OpenAPI document says of security."""

from treblle_service.check_catalog import references as ref
from treblle_service.check_catalog.entry import Check, Group, Limits, Severity, Stage


def _check(
    code: str, title: str, severity: Severity, reference: tuple[str, str], why: str, mend: str
) -> Check:
    return Check(
        code=code,
        title=title,
        group=Group.SECURITY,
        stage=Stage.DESIGN_TIME,
        severity=severity,
        why=why,
        mend=mend,
        reference=reference[0],
        url=reference[1],
        # Shares of operations.
        limits=Limits(0.0, 0.20),
    )


_REQUIREMENT = ref.openapi("Security Requirement Object", "security-requirement-object")
_SCHEME = ref.openapi("Security Scheme Object", "security-scheme-object")
_SEEN = " It passes where a response documents the header, or where traffic shows it."

CHECKS = (
    _check(
        "idor-risks",
        "IDOR Risks",
        Severity.MEDIUM,
        ref.OBJECTS,
        "The id in a path is a whole number: with one permission check forgotten, all records can"
        " be read one after the other.",
        "Use `type: string, format: uuid` for ids in paths.",
    ),
    _check(
        "content-type-options",
        "Content Type Options",
        Severity.LOW,
        ref.HEADERS,
        "`X-Content-Type-Options: nosniff` is missing." + _SEEN,
        "Send and document the header.",
    ),
    _check(
        "iframe-embedding",
        "iFrame Embedding",
        Severity.LOW,
        ref.rfc(7034, "2", "X-Frame-Options"),
        "`X-Frame-Options` or CSP `frame-ancestors` is missing." + _SEEN,
        "Send and document the header.",
    ),
    _check(
        "hsts",
        "HSTS",
        Severity.LOW,
        ref.rfc(6797, "6.1", "Strict-Transport-Security"),
        "`Strict-Transport-Security` is missing." + _SEEN,
        "Send and document the header.",
    ),
    _check(
        "csp",
        "Content Security Policy",
        Severity.LOW,
        ref.CSP,
        "`Content-Security-Policy` is missing." + _SEEN,
        "Send and document the header.",
    ),
    _check(
        "operation-security",
        "Operation Enforces Security Scheme",
        Severity.HIGH,
        _REQUIREMENT,
        "An operation can be called without any of the document's security schemes.",
        "Set `security` for the document or the operation; say `security: []` only where it is"
        " meant to be public, such as log-in.",
    ),
    _check(
        "authorization-documented",
        "Authorization",
        Severity.MEDIUM,
        ref.AUTHENTICATION,
        "An operation that asks for credentials does not document what happens without them.",
        "Document 401 or 403 for it.",
    ),
    _check(
        "secure-urls",
        "Secure URLs",
        Severity.HIGH,
        ref.CONFIGURATION,
        "A server's URL begins with `http://`.",
        "Name `https://` servers only; localhost does not count.",
    ),
    _check(
        "security-field-scheme",
        "Security Field Contains a Scheme",
        Severity.MEDIUM,
        _SCHEME,
        "`security` names a scheme that is not defined, or none at all.",
        "Define it in `components.securitySchemes`.",
    ),
    _check(
        "global-security",
        "Global Security Field Is Defined",
        Severity.MEDIUM,
        _REQUIREMENT,
        "Without a rule for the whole document, each new operation is open until someone thinks"
        " of it.",
        "Set `security` at the top of the document.",
    ),
)
