"""Headers and bodies of requests, from the store."""

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


@cache
def _store(url: str) -> ObjectStore:
    return open_store(url)
