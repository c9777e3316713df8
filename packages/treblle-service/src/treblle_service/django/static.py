"""Static files through WhiteNoise, in the form that ASGI servers want, compressed as they go out."""

import gzip
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

# What is smaller gains nothing; pictures are compressed in themselves.
LEAST_BYTES = 1024
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
MOST_FILES = 256


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types
    """WhiteNoise that answers with the bytes at once.

    Its own answer is an iterator of a file, which Django under ASGI reads whole and warns about.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        _compress(request, response)
        return response


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    """What was compressed before it was asked for (`.gz` beside the file) stays as it is."""
    kind = response.get("Content-Type", "")
    if response.status_code != 200 or not kind.startswith(COMPRESSIBLE):
        return
    if response.has_header("Content-Encoding") or len(response.content) < LEAST_BYTES:
        return
    response["Vary"] = "Accept-Encoding"
    if "gzip" not in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return
    response.content = _gzipped(response.content)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    # It names the uncompressed bytes; the time of change serves as well.
    del response["ETag"]


@lru_cache(MOST_FILES)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
