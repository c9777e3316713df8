"""Extension for Flask: `Treblle(app)`. The WSGI middleware, and the exceptions Flask answers itself."""

from typing import Any

from flask import Flask, got_request_exception, request

from treblle_sdk.client import Client
from treblle_sdk.options import Options
from treblle_sdk.wsgi import RECORDING, TreblleMiddleware

EXTENSION = "treblle"


class Treblle:
    """Reports the requests of one application. Options by name, or an `Options`."""

    def __init__(self, app: Flask, options: Options | None = None, **arguments: object) -> None:
        middleware = TreblleMiddleware(app.wsgi_app, options, **arguments)
        self.client: Client = middleware.client
        setattr(app, "wsgi_app", middleware)  # noqa: B010 - a method to the type checker
        app.extensions[EXTENSION] = self
        got_request_exception.connect(_note_exception, app)


def _note_exception(sender: Flask, exception: BaseException, **_: Any) -> None:
    recording = request.environ.get(RECORDING)
    if recording is not None:
        recording.raised(exception)
