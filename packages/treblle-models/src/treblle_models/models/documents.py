"""An API's OpenAPI documents, and what changed from one to the next."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.endpoints import DIGEST_LENGTH, Endpoint
from treblle_models.models.projects import Project
from treblle_models.models.querysets import ProjectRowQuerySet
from treblle_models.models.storage import REFERENCE


class ApiDocument(TreblleModelDefaults):
    """One version of a project's OpenAPI document."""

    class Source(models.TextChoices):
        TRAFFIC = "traffic", "Made from traffic"
        UPLOAD = "upload", "Uploaded"

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="api_documents"
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    # Counted from 1 by project and source.
    version = models.PositiveIntegerField()
    content = models.JSONField()
    # SHA-256 of the content, hexadecimal: the same again makes no version.
    digest = models.CharField(max_length=DIGEST_LENGTH)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )

    objects = ProjectRowQuerySet["ApiDocument"].as_manager()

    class Meta:
        db_table = "api_documents"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "source", "version"], name="api_documents_version"
            ),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.version}"


class ApiChangeQuerySet(ProjectRowQuerySet["ApiChange"]):
    time_name = "detected_at"


class ApiChange(TreblleModelDefaults):
    """Drift: one thing that a version of the document has otherwise than the version before."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="api_changes",
    )
    document = models.ForeignKey(
        ApiDocument, on_delete=models.CASCADE, db_constraint=False, related_name="changes"
    )
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="changes",
    )
    # Stable, e.g. `response-property-became-optional`.
    code = models.CharField(max_length=64)
    is_breaking = models.BooleanField(default=False)
    # Where in the document, as a JSON Pointer.
    location = models.CharField(max_length=1024, blank=True)
    description = models.TextField()
    # The first request that showed it.
    request_uuid = models.UUIDField(null=True)
    detected_at = models.DateTimeField()

    objects = ApiChangeQuerySet.as_manager()

    class Meta:
        db_table = "api_changes"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [
            models.Index(fields=["project", "detected_at"], name="api_changes_detected")
        ]

    def __str__(self) -> str:
        return self.description
