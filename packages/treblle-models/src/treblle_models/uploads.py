"""OpenAPI documents that a team uploads: one version after the other.

After a version was added send the task COMPARE_TASK to COMPARE_QUEUE with `document=<uuid>`: the
ETL compares it with traffic. Without the task the next round of documents does.
"""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import Max

from treblle_models.models import ApiDocument, Project, User

COMPARE_TASK = "treblle_etl.compare_document"
COMPARE_QUEUE = "etl-background"


class SameAgain(ValueError):
    """The newest uploaded version, `document`, has the same content."""

    def __init__(self, document: ApiDocument) -> None:
        super().__init__(f"version {document.version} is the same")
        self.document = document


@transaction.atomic
def add_version(*, project: Project, user: User, content: dict[str, Any]) -> ApiDocument:
    """The next version of the project's own document. Raises `SameAgain`."""
    digest = digest_of(content)
    # Two uploads at once get two numbers.
    Project.objects.select_for_update().get(pk=project.pk)
    uploaded = ApiDocument.objects.filter(project=project, source=ApiDocument.Source.UPLOAD)
    newest = uploaded.order_by("-version").defer("content").first()
    if newest is not None and newest.digest == digest:
        raise SameAgain(newest)
    number = uploaded.aggregate(most=Max("version"))["most"] or 0
    document: ApiDocument = ApiDocument.objects.create(
        project=project,
        source=ApiDocument.Source.UPLOAD,
        version=number + 1,
        content=content,
        digest=digest,
        user=user,
    )
    return document


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256, hexadecimal, whatever the order of names."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
