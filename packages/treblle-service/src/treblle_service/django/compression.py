"""Answers packed by zstd, brotli or gzip, but for those that are sent while they are made.

What a page answers under TLS can leak a secret through its length where it also repeats what the
asker chose (BREACH). Here it cannot: tokens against forgery are masked anew in each answer, session
cookies are `SameSite=Lax` so that no other site can ask repeatedly, and an answer that shows a key
says `no-store` and is left as it is.
"""

from compression_middleware.middleware import CompressionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Compression(CompressionMiddleware):  # type: ignore[misc]  # it has no types
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or "no-store" in response.get("Cache-Control", ""):
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed
