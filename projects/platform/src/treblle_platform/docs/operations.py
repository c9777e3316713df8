"""Uploading a document, and opening docs to everyone."""

from typing import Any

from django.db import transaction
from treblle_models.models import ApiDocument, Project, User
from treblle_models.uploads import COMPARE_QUEUE, COMPARE_TASK, add_version

from treblle_platform.celery import app


@transaction.atomic
def upload_document(*, project: Project, user: User, content: dict[str, Any]) -> ApiDocument:
    """The next version of the project's own document. Raises `SameAgain`."""
    document = add_version(project=project, user=user, content=content)
    arguments = {"document": str(document.uuid)}
    transaction.on_commit(
        lambda: app.send_task(COMPARE_TASK, kwargs=arguments, queue=COMPARE_QUEUE), robust=True
    )
    return document


def set_visibility(*, project: Project, public: bool) -> None:
    """Public docs are read by everyone who has their address."""
    project.docs_are_public = public
    project.save(update_fields=["docs_are_public", "updated_at"])
