"""Requests with their details as JSON lines, details objects read once for all their neighbours."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import zstandard
from django.core.serializers.json import DjangoJSONEncoder
from treblle_models.models import Request
from treblle_service.store import NotFound, ObjectStore

from treblle_platform.privacy.rows import row_as_json

OBJECTS_AT_HAND = 4


def request_lines(requests: Sequence[Request], store: ObjectStore) -> Iterator[str]:
    """In their order; `details` is null where retention has taken them already."""

    @lru_cache(maxsize=OBJECTS_AT_HAND)
    def content(key: str) -> bytes | None:
        try:
            return store.get(key)
        except NotFound:
            return None

    for request in requests:
        line = row_as_json(request)
        line["details"] = _details(
            request, content(request.details_key) if request.details_key else None
        )
        yield json.dumps(line, cls=DjangoJSONEncoder, ensure_ascii=False)


def _details(request: Request, content: bytes | None) -> Any:
    if content is None:
        return None
    end = request.details_offset + request.details_length
    frame = content[request.details_offset : end]
    return json.loads(zstandard.ZstdDecompressor().decompress(frame)) if any(frame) else None
