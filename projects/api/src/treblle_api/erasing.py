"""Orders to erase: a row that says what, and the platform's worker that does it."""

from typing import Final

from treblle_models.models import Erasure, Project, User

from treblle_api import queue

TASK: Final = "treblle_platform.take_up_erasure"
QUEUE: Final = "platform"


def order(subject: str, user: User, project: Project | None = None) -> Erasure:
    """Call it in the transaction of what else happens. Orders that are not taken up are looked
    for by the platform: none is lost with a broker.
    """
    erasure = Erasure.objects.create(
        subject=subject,
        user_uuid=user.uuid,
        project_uuid=project.uuid if project else None,
    )
    queue.send(TASK, queue=QUEUE, erasure=str(erasure.uuid))
    return erasure
