"""Puts the errors an operation can answer with into the document, by what kind it is."""

from typing import Any, Final

from treblle_api import idempotency
from treblle_api.problems import CONTENT_TYPE, VALIDATION_DETAIL, problem

METHODS: Final = frozenset({"get", "post", "patch", "put", "delete"})
REFERENCE: Final = {"$ref": "#/components/schemas/ProblemDetails"}
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For a person to read."},
        "code": {"type": "string", "description": "For a program; stable."},
        "errors": {
            "type": "object",
            "description": "Messages by field, where fields are at fault.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def _response(description: str, example: dict[str, Any] | None = None) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": REFERENCE}
    if example:
        media["example"] = example
    return {"description": description, "content": {CONTENT_TYPE: media}}


def _with_header(response: dict[str, Any], name: str, type: str) -> dict[str, Any]:
    return response | {"headers": {name: {"required": True, "schema": {"type": type}}}}


RESPONSES: Final[dict[str, dict[str, Any]]] = {
    "Invalid": _response(
        "The body or a parameter cannot be taken.",
        problem(400, VALIDATION_DETAIL, "invalid", {"name": ["This field is required."]}),
    ),
    "Unauthorized": _with_header(
        _response(
            "No token, or one that is unknown or expired; at login, the wrong password.",
            problem(401, "The token is unknown or has expired.", "invalid_token"),
        ),
        "WWW-Authenticate",
        "string",
    ),
    "Forbidden": _response(
        "The token may only read, or the user may only read this project.",
        problem(403, "This token may only read.", "insufficient_scope"),
    ),
    "NotFound": _response(
        "There is no such thing, or the user may not see it.",
        problem(404, "Not found.", "not_found"),
    ),
    "TooManyAttempts": _with_header(
        _response(
            "Too many failed logins; `Retry-After` says when to try again, in seconds.",
            problem(429, "Too many attempts to log in.", "throttled"),
        ),
        "Retry-After",
        "integer",
    ),
    "IdempotencyConflict": _response(
        "The same Idempotency-Key is in use by a request that is still being answered.",
        problem(
            409,
            "The first request with this Idempotency-Key is still being answered.",
            "idempotency_conflict",
        ),
    ),
    "IdempotencyReused": _response(
        "The Idempotency-Key was used for another request.",
        problem(
            422, "This Idempotency-Key was used for another request.", "idempotency_key_reused"
        ),
    ),
    "TooManyRequests": _with_header(
        _response(
            "The token has used up its requests; `Retry-After` says when there are more.",
            problem(429, "Request was throttled.", "throttled"),
        ),
        "Retry-After",
        "integer",
    ),
    "Problem": _response("Any other problem."),
}


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "RateLimit": {
        "description": "What is left of the token's requests, and for how many seconds.",
        "schema": {"type": "string"},
        "example": '"token";r=599;t=42',
    },
    "RateLimit-Policy": {
        "description": "How many requests a token may make, in how many seconds.",
        "schema": {"type": "string"},
        "example": '"token";q=600;w=60',
    },
}


def describe_problems(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """A post-processing hook of drf-spectacular."""
    components = result["components"]
    components["schemas"] = dict(
        sorted((components["schemas"] | {"ProblemDetails": PROBLEM_SCHEMA}).items())
    )
    components["responses"] = RESPONSES
    components["headers"] = HEADERS
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                _describe_headers(operation)
                for answer in operation["responses"].values():
                    answer["description"] = answer["description"] or "Done."
                operation["responses"] |= _problems_of(path, method, operation)
    return result


def _needs_more_than_reading(operation: dict[str, Any]) -> bool:
    schemes = operation.get("security", ())
    return any("write" in scopes for each in schemes for scopes in each.values())


def _describe_headers(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}


def _problems_of(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    at_login = not operation.get("security")
    given = operation.get("parameters", ())
    in_query = any(one["in"] == "query" for one in given)
    takes_key = any(one["name"] == idempotency.HEADER for one in given)
    possible = {
        "400": "Invalid" if "requestBody" in operation or in_query else None,
        "401": "Unauthorized",
        "403": "Forbidden" if _needs_more_than_reading(operation) else None,
        "404": "NotFound" if "{" in path else None,
        "409": "IdempotencyConflict" if takes_key else None,
        "422": "IdempotencyReused" if takes_key else None,
        "429": "TooManyAttempts" if at_login else "TooManyRequests",
        "default": "Problem",
    }
    return {
        status: {"$ref": f"#/components/responses/{name}"}
        for status, name in possible.items()
        if name
    }
