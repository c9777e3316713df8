"""Every error is a problem (RFC 9457): `application/problem+json`, whoever noticed it.

`code` is for programs and stable; `errors` holds messages by field where fields are at fault.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions, views
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from treblle_api.idempotency import AlreadyAnswered
from treblle_api.parsing import BodyTooLarge

CONTENT_TYPE: Final = "application/problem+json"
VALIDATION_DETAIL: Final = "Some fields cannot be taken as they are."


def problem(
    status: int, detail: str, code: str, errors: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return body | {"errors": dict(errors)} if errors else body


def answer_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None leaves the exception to Django, which answers 500."""
    if isinstance(exception, AlreadyAnswered):
        return exception.response
    if isinstance(exception, RequestDataTooBig):
        exception = BodyTooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    response = views.exception_handler(exception, context)
    if response is None:
        return None
    response.data = _problem_of(exception, response)
    response.content_type = CONTENT_TYPE
    # Also where the address itself has another form: a page, a file.
    request = context["request"]
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = JSONRenderer.media_type
    return response


def _problem_of(exception: Exception, response: Response) -> dict[str, Any]:
    if isinstance(exception, exceptions.ValidationError):
        errors = by_field(exception.detail)
        return problem(response.status_code, VALIDATION_DETAIL, "invalid", errors)
    detail = response.data["detail"]
    return problem(response.status_code, str(detail), detail.code)


def by_field(detail: Any) -> dict[str, list[str]]:
    """Messages under the dotted path of their field: `{"masked_names.2": ["…"]}`."""
    errors: dict[str, list[str]] = {}
    for path, message in _messages(detail, ()):
        errors.setdefault(".".join(path), []).append(message)
    return errors


def _messages(detail: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _messages(inner, (*path, str(key)))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _messages(inner, path)
    else:
        yield path or ("non_field_errors",), str(detail)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _answer(problem(400, "The request cannot be understood.", "bad_request"))


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _answer(problem(404, "There is nothing at this address.", "not_found"))


def server_error(request: HttpRequest) -> JsonResponse:
    return _answer(problem(500, "Something went wrong here; it was noted.", "server_error"))


def _answer(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)
