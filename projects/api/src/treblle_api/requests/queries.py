"""Reading requests and their details."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from treblle_models.models import Project, Request
from treblle_models.request_searching import bodies_contain
from treblle_service.details import Place, UnreadableDetails, read
from treblle_service.store import NotFound as ObjectNotFound
from treblle_service.store import ObjectStore, StoreUnavailable, open_store

from treblle_api.access import found

logger = logging.getLogger(__name__)


class MissingDetails(StrEnum):
    """Why a request is shown without its details."""

    NONE = "none"
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Details:
    """Headers, bodies, query and errors of a request, masked; or why they are missing."""

    content: dict[str, Any] | None
    missing: MissingDetails | None = None


def find_request(project: Project, uuid: UUID) -> Request:
    requests = Request.objects.for_project(project).filter(uuid=uuid)
    return found(requests.select_related("endpoint", "environment", "customer", "problem"))


def details_of(request: Request) -> Details:
    if not request.details_key:
        return Details(None, MissingDetails.NONE)
    place = Place(request.details_key, request.details_offset, request.details_length)
    try:
        return Details(read(_store(settings.DETAILS_STORE_URL), place, settings.DETAILS_KEYS))
    except ObjectNotFound:
        return Details(None, MissingDetails.EXPIRED)
    except StoreUnavailable as error:
        logger.warning("details not read: %s", error)
        return Details(None, MissingDetails.UNAVAILABLE)
    except UnreadableDetails as error:
        logger.error("details of %s at %s cannot be read: %s", request.uuid, place, error)
        return Details(None, MissingDetails.UNREADABLE)


def has_in_bodies(request: Request, text: str) -> bool:
    return bodies_contain(details_of(request).content, text)


@cache
def _store(url: str) -> ObjectStore:
    return open_store(url)
