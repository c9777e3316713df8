"""Documents that a team brings itself: read from a body of JSON or YAML, and kept as a version."""

from collections.abc import Mapping
from typing import IO, Any

from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from treblle_models.models import ApiDocument, Project, User
from treblle_models.uploads import COMPARE_QUEUE, COMPARE_TASK, SameAgain, add_version
from treblle_service.documents import MAX_BYTES, NotADocument, read_document

from treblle_api import queue
from treblle_api.parsing import BodyTooLarge


class DocumentParser(BaseParser):
    """The body is the document itself. What is wrong with it is told with its place."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        body: bytes = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise BodyTooLarge(MAX_BYTES)
        try:
            return read_document(body)
        except NotADocument as error:
            raise ValidationError({"document": error.problems}) from None


class YamlDocumentParser(DocumentParser):
    media_type = "application/yaml"


def content_of(request: Request) -> dict[str, Any]:
    content = request.data
    # Without a body no parser is asked.
    if not isinstance(content, dict) or not content:
        raise ValidationError({"document": ["The body is empty: it should be the document."]})
    return content


@transaction.atomic
def upload(project: Project, user: User, content: dict[str, Any]) -> tuple[ApiDocument, bool]:
    """The version with this content, and whether it is new."""
    try:
        document = add_version(project=project, user=user, content=content)
    except SameAgain as same:
        return same.document, False
    queue.send(COMPARE_TASK, queue=COMPARE_QUEUE, document=str(document.uuid))
    return document, True
