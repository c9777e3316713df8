"""Middleware for Django, under WSGI and ASGI: `treblle_sdk.django.TreblleMiddleware`, first in
`MIDDLEWARE`; options in the setting `TREBLLE` or the environment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from treblle_sdk.client import Client
from treblle_sdk.environ import exchange_from, has_readable_body
from treblle_sdk.notices import Notices, shielded
from treblle_sdk.recording import Recording
from treblle_sdk.streams import CopiedStream

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
ATTRIBUTE: Final = "_treblle_recording"


class TreblleMiddleware:
    """Passes every request on as it is and reports it; sync and async without a thread hop."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.client = Client.of(None, settings=getattr(settings, "TREBLLE", None))
        if not self.client.options.active:
            raise MiddlewareNotUsed("Treblle has no SDK token and API key")
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    @property
    def notices(self) -> Notices:
        return self.client.notices

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer_async(request)
        recording = self._begin(request)
        response = cast(HttpResponseBase, self.get_response(request))
        self._finish(recording, request, response)
        return response

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        recording = self._begin(request)
        try:
            response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        except asyncio.CancelledError:  # the client went away
            self._break_off(recording)
            raise
        self._finish(recording, request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django makes a response of it; what was raised is known only here."""
        if (recording := getattr(request, ATTRIBUTE, None)) is not None:
            recording.raised(exception)

    @shielded
    def _begin(self, request: HttpRequest) -> Recording | None:
        if not self.client.wants(request.path):
            return None
        environ = request.META
        exchange = exchange_from(environ, "django", request.path, request.scheme or "http")
        if (scope := getattr(request, "scope", None)) is not None:
            exchange.told["SERVER_PROTOCOL"] = f"HTTP/{scope['http_version']}"
        readable = has_readable_body(environ)
        recording = Recording(self.client, exchange, with_request_body=readable)
        stream: Any = getattr(request, "_stream", None)
        if recording.request is not None and stream is not None:
            # Every way of reading a request's body ends at this stream; `body` itself must not
            # be touched, as a view could no longer read a stream then.
            setattr(request, "_stream", CopiedStream(stream, recording.request))  # noqa: B010
        setattr(request, ATTRIBUTE, recording)
        return recording

    @shielded
    def _break_off(self, recording: Recording | None) -> None:
        if recording is not None:
            recording.exchange.stamp()
            recording.finish()

    @shielded
    def _finish(
        self, recording: Recording | None, request: HttpRequest, response: HttpResponseBase
    ) -> None:
        if recording is None:
            return
        headers = list(response.items())
        if response.cookies:
            cookies = response.cookies.values()
            headers += [("Set-Cookie", morsel.OutputString()) for morsel in cookies]
        if response.streaming:
            recording.started(response.status_code, headers)
            recording.left_alone()
            recording.whole = True
        else:
            content = getattr(response, "content", b"")
            recording.answered(response.status_code, headers, content)
        match = request.resolver_match
        recording.exchange.route = match.route if match is not None else None
        recording.identify(request)
        recording.hand_over()
