"""Where the rules come from. Each is `(name, address)`."""

_RFC = "https://www.rfc-editor.org/rfc/rfc{}"
_OWASP = "https://owasp.org/API-Security/editions/2023/en/0x{}/"


def rfc(number: int, section: str = "", subject: str = "") -> tuple[str, str]:
    """`RFC 9110 §15.5.6 (405 Method Not Allowed)` and its address."""
    place = f" §{section}" if section else ""
    anchor = f"#section-{section}" if section else ""
    about = f" ({subject})" if subject else ""
    return f"RFC {number}{place}{about}", _RFC.format(number) + anchor


def _owasp(number: int, page: str, title: str) -> tuple[str, str]:
    return f"OWASP API{number}:2023 {title}", _OWASP.format(page)


OBJECTS = _owasp(1, "a1-broken-object-level-authorization", "Broken Object Level Authorization")
AUTHENTICATION = _owasp(2, "a2-broken-authentication", "Broken Authentication")
PROPERTIES = _owasp(
    3,
    "a3-broken-object-property-level-authorization",
    "Broken Object Property Level Authorization",
)
CONSUMPTION = _owasp(4, "a4-unrestricted-resource-consumption", "Unrestricted Resource Consumption")
FUNCTIONS = _owasp(
    5, "a5-broken-function-level-authorization", "Broken Function Level Authorization"
)
CONFIGURATION = _owasp(8, "a8-security-misconfiguration", "Security Misconfiguration")
INVENTORY = _owasp(9, "a9-improper-inventory-management", "Improper Inventory Management")
INJECTION = (
    "OWASP Top 10 A03:2021 Injection",
    "https://owasp.org/Top10/2021/A03_2021-Injection/",
)
HEADERS = (
    "OWASP Secure Headers Project",
    "https://owasp.org/www-project-secure-headers/",
)
CSP = ("W3C Content Security Policy Level 3", "https://www.w3.org/TR/CSP3/")
FETCH = ("WHATWG Fetch, CORS protocol", "https://fetch.spec.whatwg.org/#http-cors-protocol")
REST_NAMES = (
    "Zalando RESTful API Guidelines, resources",
    "https://opensource.zalando.com/restful-api-guidelines/#resources",
)
REST_URLS = (
    "Zalando RESTful API Guidelines, URLs",
    "https://opensource.zalando.com/restful-api-guidelines/#urls",
)
REST_VERSIONS = (
    "Google AIP-185 API Versioning",
    "https://google.aip.dev/185",
)
PAGES = ("Google AIP-158 Pagination", "https://google.aip.dev/158")
RATE_LIMITS = (
    "IETF draft-ietf-httpapi-ratelimit-headers",
    "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
)
IDEMPOTENCY = (
    "IETF draft-ietf-httpapi-idempotency-key-header",
    "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/",
)
LATENCY = (
    "Nielsen, Response Times: The 3 Important Limits",
    "https://www.nngroup.com/articles/response-times-3-important-limits/",
)
_OPENAPI = "https://spec.openapis.org/oas/v3.1.0.html"


def openapi(subject: str, anchor: str) -> tuple[str, str]:
    """A place in the OpenAPI Specification 3.1.0."""
    return f"OpenAPI 3.1, {subject}", f"{_OPENAPI}#{anchor}"
