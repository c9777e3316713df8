"""What an OpenAPI document says: design, and whether programs and AI agents can use it."""

from treblle_service.check_catalog import references as ref
from treblle_service.check_catalog.entry import Check, Group, Limits, Severity, Stage


def _check(
    code: str,
    title: str,
    severity: Severity,
    reference: tuple[str, str],
    why: str,
    mend: str,
    group: Group = Group.DESIGN,
) -> Check:
    return Check(
        code=code,
        title=title,
        group=group,
        stage=Stage.DESIGN_TIME,
        severity=severity,
        why=why,
        mend=mend,
        reference=reference[0],
        url=reference[1],
        # Shares of operations.
        limits=Limits(0.0, 0.20),
    )


_INFO = ref.openapi("Info Object", "info-object")
_OPERATION = ref.openapi("Operation Object", "operation-object")
_PARAMETER = ref.openapi("Parameter Object", "parameter-object")
_RESPONSES = ref.openapi("Responses Object", "responses-object")
_SCHEMA = ref.openapi("Schema Object", "schema-object")

CHECKS = (
    _check(
        "parameter-descriptions",
        "Parameter Descriptions",
        Severity.MEDIUM,
        _PARAMETER,
        "Without a description an agent guesses what a parameter takes.",
        "Give each parameter a `description`: meaning, unit, an example.",
        group=Group.AI_READY,
    ),
    _check(
        "schema-types",
        "Schema Types or Descriptions",
        Severity.MEDIUM,
        _SCHEMA,
        "A property with neither type nor description can be anything.",
        "Give each property a `type` (or `$ref`, `enum`, `oneOf` …) or a `description`.",
        group=Group.AI_READY,
    ),
    _check(
        "operation-id",
        "Operation ID",
        Severity.MEDIUM,
        _OPERATION,
        "Tools and generated clients name their functions by it.",
        "Give each operation an `operationId`, unique in the document.",
        group=Group.AI_READY,
    ),
    _check(
        "response-descriptions",
        "Response Descriptions",
        Severity.LOW,
        _RESPONSES,
        "What an answer means is not told.",
        "Describe each response in a sentence of its own, not in its status' name alone.",
        group=Group.AI_READY,
    ),
    _check(
        "contact-information",
        "Contact Information",
        Severity.LOW,
        _INFO,
        "Whoever uses the API cannot ask anyone.",
        "Fill in `info.contact` with an email or URL.",
    ),
    _check(
        "information-descriptions",
        "Information Descriptions",
        Severity.LOW,
        _INFO,
        "The document does not say what the API is for.",
        "Fill in `info.description` (and `info.title`).",
    ),
    _check(
        "operation-descriptions",
        "Operation Descriptions or Summaries",
        Severity.MEDIUM,
        _OPERATION,
        "The reader has to guess from the path what the operation does.",
        "Give each operation a `summary` or `description`.",
    ),
    _check(
        "robust-responses",
        "Robust Responses",
        Severity.MEDIUM,
        _RESPONSES,
        "Only success is documented; clients meet errors that they do not know.",
        "Document a 2xx and at least one 4xx, 5xx or `default` for each operation.",
    ),
    _check(
        "examples-exist",
        "Examples Exist",
        Severity.LOW,
        ref.openapi("Media Type Object", "media-type-object"),
        "One example tells more than a page of schema.",
        "Add `example` or `examples` to bodies or to their schemas.",
    ),
    _check(
        "consistent-pluralization",
        "Consistent Pluralization",
        Severity.LOW,
        ref.REST_NAMES,
        "Some collections are named in the plural and some in the singular.",
        "Name collections in the plural: `/users/{id}`.",
    ),
    _check(
        "consistent-nouns",
        "Consistent Noun Usage",
        Severity.LOW,
        ref.REST_URLS,
        "Verbs in paths repeat or contradict the method.",
        "Name resources by nouns, and let the method be the verb.",
    ),
    _check(
        "json-support",
        "JSON Support",
        Severity.LOW,
        ref.rfc(8259, "1", "JSON"),
        "JSON is what most clients and all agents read best.",
        "Offer `application/json` for each body, files apart.",
    ),
    _check(
        "rate-limiting",
        "Rate Limiting",
        Severity.LOW,
        ref.RATE_LIMITS,
        "Neither a 429 nor rate-limit headers are documented.",
        "Document `429` with `Retry-After`, and the headers `RateLimit` or `X-RateLimit-*`.",
    ),
    _check(
        "versioning",
        "Versioning",
        Severity.MEDIUM,
        ref.REST_VERSIONS,
        "Neither addresses nor headers name a version.",
        "Put the major version into the server's URL or the paths (`/v1`), or take a header.",
    ),
    _check(
        "multiple-methods",
        "Multiple HTTP Methods",
        Severity.LOW,
        ref.rfc(9110, "9", "Methods"),
        "Everything is done by one method, so caches and retries cannot know what is safe.",
        "Read by GET, make by POST, change by PUT or PATCH, remove by DELETE.",
    ),
    _check(
        "load-time-design",
        "Load Time",
        Severity.MEDIUM,
        ref.LATENCY,
        "By the traffic seen, more than 5 % of requests take longer than 500 ms.",
        "Look at the slowest endpoints. Without traffic this check does not apply.",
        group=Group.PERFORMANCE,
    ),
    _check(
        "compression-support",
        "Compression Support",
        Severity.LOW,
        ref.rfc(9110, "8.4", "Content-Encoding"),
        "Compression is neither documented (`Content-Encoding`, `Accept-Encoding`) nor seen.",
        "Compress answers, and document the header.",
        group=Group.PERFORMANCE,
    ),
    _check(
        "cdn-usage",
        "CDN Usage",
        Severity.LOW,
        ref.rfc(9111, "1", "HTTP Caching"),
        "Public answers were seen, and none came through a CDN.",
        "Put a CDN before public reads. Without public answers this check does not apply.",
        group=Group.PERFORMANCE,
    ),
    _check(
        "http2-usage",
        "HTTP/2 Usage",
        Severity.LOW,
        ref.rfc(9113, "1", "HTTP/2"),
        "By the traffic seen, clients speak HTTP/1.1.",
        "Switch HTTP/2 or HTTP/3 on. Without traffic this check does not apply.",
        group=Group.PERFORMANCE,
    ),
    _check(
        "cache-support",
        "Cache Support",
        Severity.LOW,
        ref.rfc(9111, "5.2", "Cache-Control"),
        "Caching is neither documented nor seen.",
        "Send and document `Cache-Control`, `ETag` or `Last-Modified` for reads.",
        group=Group.PERFORMANCE,
    ),
)
