"""Whose event is it: an account key and a project's custom id lead to the project, or nowhere."""

import time
from collections.abc import Callable

from django.db.models import Q
from django.utils import timezone
from treblle_models.models import Project, User

# A new member, a rotated key or a new masked name takes effect within this time.
REMEMBERED_S = 5.0


class Senders:
    """Projects by `(account key, custom id)`, remembered for a short time.

    What was not found is asked for again, so that a project works the moment it is made.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Project]] = {}

    def project_of(self, api_key: str, custom_id: str) -> Project | str:
        """The project, or the reason why there is none: `unknown_key` or `unknown_project`."""
        pair = (api_key, custom_id)
        until, project = self._known.get(pair, (0.0, None))
        if project is not None and until > self._clock():
            return project
        found = _find(api_key, custom_id)
        if isinstance(found, Project):
            self._known[pair] = (self._clock() + REMEMBERED_S, found)
        else:
            self._known.pop(pair, None)
        return found


def _find(api_key: str, custom_id: str) -> Project | str:
    user = _owner_of_key(api_key)
    if user is None:
        return "unknown_key"
    found = Project.objects.writable_by(user).filter(custom_id=custom_id)
    # The plan says how long its requests are kept.
    project: Project | None = found.select_related("user__subscription__plan").first()
    return project or "unknown_project"


def _owner_of_key(api_key: str) -> User | None:
    if not api_key:
        return None
    rotated = Q(previous_api_key=api_key, previous_api_key_expires_at__gt=timezone.now())
    owner: User | None = User.objects.filter(Q(api_key=api_key) | rotated, is_active=True).first()
    return owner
