"""What all views of the API have in common beyond DRF's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from rest_framework import generics, serializers
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from treblle_models.models import IdempotencyKey, Project, User

from treblle_api import access, idempotency, selection
from treblle_api.authentication import challenge
from treblle_api.limits import PerToken
from treblle_api.parameters import Parameters, asked


class LengthRequired(APIException):
    """DRF takes a body without a declared length for none at all; better to say so."""

    status_code = 411
    default_detail = "A body needs its Content-Length."
    default_code = "length_required"


@dataclass(frozen=True)
class Deprecation:
    """That an address should no longer be used: told by headers (RFC 9745, RFC 8594)."""

    since: datetime
    # When it will be gone; and the page that says what to use instead.
    sunset: datetime
    link: str

    def headers(self) -> dict[str, str]:
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": http_date(self.sunset.timestamp()),
            "Link": f'<{self.link}>; rel="deprecation"; type="text/html"',
        }


class Resource(APIView):
    """One address. A method it lacks is 405 whoever asks, and OPTIONS says what it takes."""

    # Methods for which a token that may only read is enough.
    methods_to_read: ClassVar[frozenset[str]] = frozenset({"GET", "HEAD", "OPTIONS"})
    # What a row looks like, where GET can be asked for some members only (`?fields=`).
    row_class: ClassVar[type[Any] | None] = None
    # Answers that hold a secret are not kept for Idempotency-Key.
    answers_hold_secrets: ClassVar[bool] = False
    deprecation: ClassVar[Deprecation | None] = None
    _claimed: IdempotencyKey | None = None
    _throttles: tuple[PerToken, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
            raise LengthRequired
        super().initial(request, *args, **kwargs)
        if isinstance(request.user, User):
            self._claimed = idempotency.claim(request, request.user)

    def get_throttles(self) -> Any:
        self._throttles = (PerToken(),)
        return list(self._throttles)

    def handle_exception(self, exc: Exception) -> Response:
        try:
            return super().handle_exception(exc)
        except Exception:
            # Nothing was answered: the key must not stay taken.
            if self._claimed is not None:
                self._claimed.delete()
            raise

    def options(self, request: HttpRequest | Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    def get_authenticate_header(self, request: Request) -> str:
        return challenge(request)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        finalized = super().finalize_response(request, response, *args, **kwargs)
        if not finalized.has_header("Cache-Control"):
            patch_cache_control(finalized, private=True, no_cache=True)
        for header, value in self._more_headers().items():
            finalized[header] = value
        if self._claimed is not None and isinstance(finalized, Response):
            claimed, self._claimed = self._claimed, None
            idempotency.keep(claimed, finalized, with_body=not self.answers_hold_secrets)
        return finalized

    def _more_headers(self) -> dict[str, str]:
        headers = self.deprecation.headers() if self.deprecation else {}
        for throttle in self._throttles:
            if throttle.allowance:
                headers |= throttle.allowance.headers()
        return headers

    def expansions(self, request: Request) -> frozenset[str]:
        """What `?expand=` asks to be shown with each row."""
        return selection.expansions(request, self.row_class) if self.row_class else frozenset()

    def shown(self, request: Request, data: Any) -> Response:
        """An answer to GET, with the members that `?fields=` asks for."""
        if self.row_class is not None:
            data = selection.selected(request, self.row_class, data)
        return Response(data)

    def row_shown(self, request: Request, row: Any, **context: Any) -> Response:
        """An answer to GET: one row by `row_class`, with what `?expand=` asks for."""
        serializer = self.rows_by()
        context |= {"expand": self.expansions(request), "view": self}
        return self.shown(request, serializer(row, context=context).data)

    def rows_by(self) -> type[Any]:
        if self.row_class is None:
            raise TypeError(f"{type(self).__name__} does not say how its rows look")
        return self.row_class

    # For views whose address names a project; who may not gets 404 or 403.

    def project(self) -> Project:
        return access.visible_project(access.caller(self.request), self.kwargs["project_uuid"])

    def writable_project(self) -> Project:
        return access.writable_project(access.caller(self.request), self.kwargs["project_uuid"])

    def owned_project(self) -> Project:
        return access.owned_project(access.caller(self.request), self.kwargs["project_uuid"])


class Listing(Resource, generics.ListAPIView[Any]):
    """A list in pages: `rows` says of what, `row_class` how each looks."""

    # What may be asked for in the query, if anything.
    filters: ClassVar[type[Parameters] | None] = None

    def rows(self, filters: dict[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.rows_by()

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if not getattr(self, "swagger_fake_view", False):
            context["expand"] = self.expansions(self.request)
        return context

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows(asked(self.request, self.filters) if self.filters else {})

    def listed(self, request: Request) -> Response:
        return self.shown(request, super().list(request).data)
