"""`Idempotency-Key`: a write that is sent again, because its answer was lost, happens once.

After draft-ietf-httpapi-idempotency-key-header-07. The key is the client's own, best a uuid; it
is known for a day, to this user only. The same key with another request is 422, with a request
that is still being answered 409; else the first answer is given again.
"""

from datetime import timedelta
from hashlib import sha256
from json import loads
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import IdempotencyKey, User

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEPT_FOR: Final = timedelta(days=1)
# A call that has not been answered for this long never will be: its process is gone.
GIVEN_UP_AFTER: Final = timedelta(minutes=2)
MAX_KEY_LENGTH: Final = 255
KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag")
# Try these again rather than hear the same for a day.
NOT_KEPT: Final = frozenset({401, 403, 409, 429})


class AlreadyAnswered(Exception):
    """This write was answered before; `response` is that answer."""

    def __init__(self, response: Response) -> None:
        super().__init__("answered before")
        self.response = response


class StillUnderWay(APIException):
    status_code = 409
    default_detail = "The first request with this Idempotency-Key is still being answered."
    default_code = "idempotency_conflict"


class KeyUsedOtherwise(APIException):
    status_code = 422
    default_detail = "This Idempotency-Key was used for another request."
    default_code = "idempotency_key_reused"


class ShownOnce(APIException):
    status_code = 409
    default_detail = "This was done, and its answer held a secret that is shown once only."
    default_code = "idempotency_secret"


def claim(request: Request, user: User) -> IdempotencyKey | None:
    """Take the key for this call; None where none was sent.

    Raises `AlreadyAnswered`, `StillUnderWay`, `KeyUsedOtherwise`.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method not in METHODS:
        return None
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise ValidationError({HEADER: [f"From 1 to {MAX_KEY_LENGTH} characters."]})
    digest = sha256(request._request.body).hexdigest()
    path = request.get_full_path()[:1024]
    now = timezone.now()
    IdempotencyKey.objects.filter(user=user, created_at__lt=now - KEPT_FOR).delete()
    names = {"user": user, "key": key}
    of_this_call = {"method": str(request.method), "path": path, "body_digest": digest}
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(**names, **of_this_call)
    except IntegrityError:
        return _taken_over(IdempotencyKey.objects.get(**names), of_this_call)


def _taken_over(kept: IdempotencyKey, of_this_call: dict[str, str]) -> IdempotencyKey:
    if any(getattr(kept, name) != value for name, value in of_this_call.items()):
        raise KeyUsedOtherwise
    if kept.status is not None:
        raise AlreadyAnswered(_answer_again(kept))
    now = timezone.now()
    dead = IdempotencyKey.objects.filter(
        pk=kept.pk, status=None, created_at__lt=now - GIVEN_UP_AFTER
    )
    if not dead.update(created_at=now):
        raise StillUnderWay
    return kept


def _answer_again(kept: IdempotencyKey) -> Response:
    headers = {**kept.response_headers, REPLAYED: "true"}
    if not kept.response_headers.get("Content-Type"):
        return Response(status=kept.status, headers=headers)
    if not kept.response_body:
        raise ShownOnce
    content_type = headers.pop("Content-Type")
    return Response(
        loads(bytes(kept.response_body)),
        status=kept.status,
        headers=headers,
        content_type=content_type,
    )


def keep(kept: IdempotencyKey, response: Response, *, with_body: bool) -> None:
    """Remember the answer once it is made; give the key back where it should be tried again."""
    if response.status_code >= 500 or response.status_code in NOT_KEPT:
        kept.delete()
        return

    def remember(rendered: Response) -> None:
        kept.status = rendered.status_code
        kept.response_headers = {
            name: rendered[name] for name in KEPT_HEADERS if rendered.has_header(name)
        }
        kept.response_body = bytes(rendered.content) if with_body else b""
        kept.save(update_fields=["status", "response_headers", "response_body"])

    response.add_post_render_callback(remember)
