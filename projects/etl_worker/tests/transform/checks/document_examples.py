"""A good OpenAPI document, and for every design-time check what passes and what fails."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

Document = dict[str, Any]
Change = Callable[[Document], None]

_ORDER = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "total": {"type": "number"}},
    "example": {"id": "018f2a3e-77aa-7bbb-8ccc-0123456789ab", "total": 12.5},
}
_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
_HEADERS = {
    name: {"schema": {"type": "string"}}
    for name in (
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Strict-Transport-Security",
        "Content-Security-Policy",
        "Content-Encoding",
        "Cache-Control",
    )
}
GOOD: Document = {
    "openapi": "3.1.0",
    "info": {
        "title": "Shop",
        "version": "1.0",
        "description": "Orders of a shop.",
        "contact": {"email": "api@shop.example"},
    },
    "servers": [{"url": "https://api.shop.example/v1"}],
    "security": [{"bearer": []}],
    "paths": {
        "/orders/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": {
                "operationId": "readOrder",
                "summary": "Read an order",
                "responses": {
                    "200": {
                        "description": "The order as it stands",
                        "headers": _HEADERS,
                        "content": _JSON,
                    },
                    "401": {"description": "The token is missing or has expired"},
                    "429": {"description": "Too many requests a minute"},
                },
            },
            "delete": {
                "operationId": "cancelOrder",
                "summary": "Cancel an order",
                "responses": {
                    "204": {"description": "The order is cancelled"},
                    "401": {"description": "The token is missing or has expired"},
                },
            },
        },
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "schemas": {"Order": _ORDER},
        "parameters": {
            "Id": {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "Of the order",
                "schema": {"type": "string", "format": "uuid"},
            }
        },
    },
}


def document(change: Change) -> Document:
    made = deepcopy(GOOD)
    change(made)
    return made


def unchanged(made: Document) -> None:
    pass


def at(*path: str, to: Any = None) -> Change:
    """Set what lies at a path; None takes it away."""

    def change(made: Document) -> None:
        part: Any = made
        for name in path[:-1]:
            part = part[name]
        if to is None:
            part.pop(path[-1], None)
        else:
            part[path[-1]] = to

    return change


def both(*changes: Change) -> Change:
    def change(made: Document) -> None:
        for one in changes:
            one(made)

    return change


GET = ("paths", "/orders/{id}", "get")
DELETE = ("paths", "/orders/{id}", "delete")
PARAMETER = ("components", "parameters", "Id")
ORDER = ("components", "schemas", "Order")


def _renamed(path: str) -> Change:
    def change(made: Document) -> None:
        made["paths"][path] = made["paths"].pop("/orders/{id}")

    return change


def _without_header(name: str) -> Change:
    return at(*GET, "responses", "200", "headers", name)


def _get_only(made: Document) -> None:
    get = made["paths"]["/orders/{id}"]["get"]
    made["paths"] = {f"/orders/{n}": {"get": get} for n in range(4)}


def _many_methods(made: Document) -> None:
    item = made["paths"]["/orders/{id}"]
    made["paths"] |= {f"/orders/{n}": dict(item) for n in range(2)}


def _swagger(made: Document) -> None:
    """As Swagger 2.0 says the same."""
    made.pop("servers")
    made |= {"host": "api.shop.example", "basePath": "/v2", "schemes": ["https"]}
    made["securityDefinitions"] = made["components"].pop("securitySchemes")


NAMED_ONLY = {"description": "OK"}
# code: (passes, fails)
EXAMPLES: dict[str, tuple[Change, Change]] = {
    "parameter-descriptions": (unchanged, at(*PARAMETER, "description")),
    "schema-types": (unchanged, at(*ORDER, "properties", "total", to={"minimum": 0})),
    "operation-id": (unchanged, at(*GET, "operationId", to="cancelOrder")),
    "response-descriptions": (unchanged, at(*DELETE, "responses", "204", to=NAMED_ONLY)),
    "contact-information": (
        at("info", "contact", to={"url": "https://shop.example"}),
        at("info", "contact"),
    ),
    "information-descriptions": (unchanged, at("info", "description")),
    "operation-descriptions": (
        both(at(*GET, "summary"), at(*GET, "description", to="Reads one order.")),
        at(*GET, "summary"),
    ),
    "robust-responses": (unchanged, at(*DELETE, "responses", "401")),
    "examples-exist": (
        both(at(*ORDER, "example"), at(*ORDER, "properties", "total", "examples", to=[1])),
        at(*ORDER, "example"),
    ),
    "consistent-pluralization": (unchanged, _renamed("/order/{id}")),
    "consistent-nouns": (unchanged, _renamed("/getOrders/{id}")),
    "json-support": (
        unchanged,
        at(*GET, "responses", "200", "content", to={"application/xml": {}}),
    ),
    "rate-limiting": (
        both(
            at(*GET, "responses", "429"),
            at(*GET, "responses", "200", "headers", "X-RateLimit-Limit", to={}),
        ),
        at(*GET, "responses", "429"),
    ),
    "versioning": (_swagger, at("servers", to=[{"url": "https://api.shop.example"}])),
    "multiple-methods": (_many_methods, _get_only),
    "idor-risks": (unchanged, at(*PARAMETER, "schema", to={"type": "integer"})),
    "content-type-options": (unchanged, _without_header("X-Content-Type-Options")),
    "iframe-embedding": (unchanged, _without_header("X-Frame-Options")),
    "hsts": (unchanged, _without_header("Strict-Transport-Security")),
    "csp": (unchanged, _without_header("Content-Security-Policy")),
    "operation-security": (at(*GET, "security", to=[]), at("security")),
    "authorization-documented": (
        at(*GET, "responses", "default", to={"description": "A problem"}),
        at(*GET, "responses", "401"),
    ),
    "secure-urls": (
        at("servers", to=[{"url": "http://localhost:8000/v1"}]),
        at("servers", to=[{"url": "http://api.shop.example/v1"}]),
    ),
    "security-field-scheme": (_swagger, at("components", "securitySchemes")),
    "global-security": (unchanged, at("security")),
    "compression-support": (unchanged, _without_header("Content-Encoding")),
    "cache-support": (unchanged, _without_header("Cache-Control")),
    # These go by traffic alone: see `OBSERVED`.
    "load-time-design": (unchanged, unchanged),
    "cdn-usage": (unchanged, unchanged),
    "http2-usage": (unchanged, unchanged),
}
# Shares of requests that failed the run-time check, for what passes and for what fails.
OBSERVED: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "load-time-design": ({"load-time": 0.04}, {"load-time": 0.4}),
    "cdn-usage": ({"cdn": 0.1}, {"cdn": 0.9}),
    "http2-usage": ({"http2": 0.0}, {"http2": 0.9}),
}
