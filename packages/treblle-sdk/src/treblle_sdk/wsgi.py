"""Middleware for WSGI applications: `application = TreblleMiddleware(application)`."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from treblle_sdk.client import Client
from treblle_sdk.environ import exchange_from, has_readable_body
from treblle_sdk.notices import Notices, shielded
from treblle_sdk.options import Options
from treblle_sdk.recording import Recording
from treblle_sdk.routes import flask_route
from treblle_sdk.streams import CopiedStream, NotedResult

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Where an extension of a framework finds the recording of a request, in its environ.
RECORDING: Final = "treblle_sdk.recording"


class TreblleMiddleware:
    """Passes every request on as it is and reports it. Options by name, or an `Options`."""

    def __init__(
        self, app: Application, options: Options | None = None, **arguments: object
    ) -> None:
        self.app = app
        self.client = Client.of(options, arguments)

    @property
    def notices(self) -> Notices:
        return self.client.notices

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        recording = self._begin(environ)
        if recording is None:
            return self.app(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            self._started(recording, environ, status, headers)
            return start_response(status, headers, *exc_info)

        try:
            result = self.app(environ, start)
        except Exception as error:
            recording.failed(error)
            recording.finish()
            raise
        return self._noted(recording, environ, result) or result

    @shielded
    def _begin(self, environ: Environ) -> Recording | None:
        path = _unicode(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
        if not self.client.wants(path):
            return None
        scheme = environ.get("wsgi.url_scheme", "http")
        exchange = exchange_from(environ, "wsgi", path, scheme)
        readable = has_readable_body(environ)
        recording = Recording(self.client, exchange, with_request_body=readable)
        if recording.request is not None:
            environ["wsgi.input"] = CopiedStream(environ["wsgi.input"], recording.request)
        environ[RECORDING] = recording
        return recording

    @shielded
    def _started(
        self, recording: Recording, environ: Environ, status: str, headers: list[tuple[str, str]]
    ) -> None:
        recording.started(int(status[:3]), headers)
        recording.exchange.route = flask_route(environ)
        recording.identify(environ)

    @shielded
    def _noted(
        self, recording: Recording, environ: Environ, result: Iterable[bytes]
    ) -> NotedResult | None:
        """What to give the server instead of the result; None for the result as it is.

        A body that is not looked at stays what it is, so that the server may send a file itself.
        """
        file_wrapper = environ.get("wsgi.file_wrapper")
        is_file = isinstance(file_wrapper, type) and isinstance(result, file_wrapper)
        if not recording.exchange.status or (recording.wants_body and not is_file):
            return NotedResult(result, recording)
        if isinstance(result, list | tuple):
            for chunk in result:
                recording.passed(chunk)
        else:
            recording.left_alone()
        recording.whole = True
        recording.finish()
        return None


def _unicode(text: str) -> str:
    """PEP 3333 gives bytes as Latin-1; they are UTF-8."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")
