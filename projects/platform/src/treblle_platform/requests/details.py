"""Headers and bodies of requests, from the store."""

import json
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from treblle_models.models import Request
from treblle_service.details import Place, UnreadableDetails, read
from treblle_service.store import NotFound, ObjectStore, StoreUnavailable, open_store

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Details:
    """What the store gave: `content`, or in `missing` why there is none: `gone` or `away`."""

    content: dict[str, Any] | None
    missing: str = ""


def details_of(request: Request) -> Details:
    if not request.details_key:
        return Details(None, "gone")
    place = Place(request.details_key, request.details_offset, request.details_length)
    try:
        return Details(read(_store(settings.DETAILS_STORE_URL), place, settings.DETAILS_KEYS))
    except NotFound:
        return Details(None, "gone")
    except StoreUnavailable:
        return Details(None, "away")
    except UnreadableDetails as error:
        logger.error("details of %s at %s cannot be read: %s", request.uuid, place, error)
        return Details(None, "gone")


def body_of(content: dict[str, Any] | None, side: str) -> Any:
    """The body of the `request` or the `response`; None where there is none."""
    part = (content or {}).get(side)
    return part.get("body") if isinstance(part, dict) else None


def bodies_contain(request: Request, text: str) -> bool:
    """Whether the text stands in one of the bodies, without regard to case."""
    content = details_of(request).content
    wanted = text.lower()
    bodies = (body_of(content, side) for side in ("request", "response"))
    return any(wanted in _as_text(body).lower() for body in bodies if body is not None)


def _as_text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


@cache
def _store(url: str) -> ObjectStore:
    return open_store(url)
