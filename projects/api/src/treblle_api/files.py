"""Files that are made while they are sent."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.utils.text import compress_sequence
from rest_framework.request import Request


def file_response(
    request: Request, chunks: Iterator[bytes], *, content_type: str, name: str
) -> StreamingHttpResponse:
    """Packed by gzip where the client takes it."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        chunks = compress_sequence(chunks)
    is_async = isinstance(request._request, ASGIRequest)
    response = StreamingHttpResponse(
        _in_threads(chunks) if is_async else chunks, content_type=content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Vary"] = "Accept-Encoding"
    if packed:
        response["Content-Encoding"] = "gzip"
    return response


async def _in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """For an asynchronous server, which would else gather all before sending any."""
    take = sync_to_async(lambda: next(chunks, None), thread_sensitive=True)
    while (chunk := await take()) is not None:
        yield chunk
