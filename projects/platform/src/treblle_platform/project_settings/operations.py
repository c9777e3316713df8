"""What can be changed about a project, and what is kept of it against retention."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from treblle_models.models import (
    Environment,
    PinnedRequest,
    Plan,
    Project,
    Request,
    Subscription,
    User,
)
from treblle_service import details
from treblle_service.store import open_store

from treblle_platform.privacy.frames import erase_frames

# What the free plan keeps, where no plan says otherwise.
DEFAULT_RETENTION_DAYS: int = Plan._meta.get_field("retention_days").default


class Refused(Exception):
    """Why something cannot be done, in words for who asked."""


def plan_days(project: Project) -> int:
    """How long the owner's plan lets requests be kept."""
    subscription = (
        Subscription.objects.filter(user_id=project.user_id).select_related("plan").first()
    )
    return subscription.plan.retention_days if subscription else DEFAULT_RETENTION_DAYS


def change_project(project: Project, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(project, name, value)
    project.save(update_fields=[*fields, "updated_at"])


def add_environment(project: Project, name: str) -> Environment:
    try:
        with transaction.atomic():
            return Environment.objects.create(project=project, name=name)
    except IntegrityError:
        raise Refused(f"There is an environment {name} already.") from None


def rename_environment(environment: Environment, name: str) -> None:
    environment.name = name
    try:
        with transaction.atomic():
            environment.save(update_fields=["name", "updated_at"])
    except IntegrityError:
        raise Refused(f"There is an environment {name} already.") from None


def remove_environment(environment: Environment) -> None:
    """Only one that no request came from: the others would lose where they belong."""
    used = Request.objects.filter(project_id=environment.project_id, environment=environment)
    if used.exists():
        raise Refused("Requests came from it: it can be renamed, not removed.")
    environment.delete()


def pin(request: Request, user: User) -> PinnedRequest:
    """Keep a request: its row stays, and its details move to where retention does not look.

    Raises `NotFound` where its details are gone already.
    """
    project, uuid = str(request.project.uuid), str(request.uuid)
    with _moved(request, lambda key: details.pinned_key(key, project, uuid)) as place:
        pinned, _ = PinnedRequest.objects.update_or_create(
            project_id=request.project_id,
            request_uuid=request.uuid,
            defaults={
                "user": user,
                "received_at": request.received_at,
                "details_key": place.key,
                "details_offset": place.offset,
                "details_length": place.length,
            },
        )
    return pinned


def unpin(pinned: PinnedRequest, request: Request | None) -> None:
    """From now on retention takes the request as any other: its details lie by its day again."""
    if request is None or request.details_key != pinned.details_key:
        pinned.delete()
        return
    day, uuid = request.received_at, str(request.uuid)
    with _moved(request, lambda key: details.key_for(day, details.retention_class_of(key), uuid)):
        pinned.delete()


@contextmanager
def _moved(request: Request, key_from: Callable[[str], str]) -> Iterator[details.Place]:
    """Move the frame of a request to an object of its own, and the row with what is done inside.

    First the copy, then the rows, then the old frame goes: at no time do the details lack, and
    none are left where an erasure would not look.
    """
    if not request.details_key:
        yield details.Place("", 0, 0)
        return
    store = open_store(settings.DETAILS_STORE_URL)
    old = (request.details_key, request.details_offset, request.details_length)
    frame = store.get_range(*old)
    place = details.Place(key_from(request.details_key), 0, len(frame))
    store.put(place.key, frame)
    with transaction.atomic():
        Request.objects.filter(project_id=request.project_id, uuid=request.uuid).update(
            details_key=place.key, details_offset=0, details_length=place.length
        )
        yield place
    erase_frames(store, old[0], [old[1:]])


def find_request(project: Project, uuid: Any) -> Request | None:
    return Request.objects.filter(project=project, uuid=uuid).select_related("project").first()
