"""What must be accounted for: who changed what, what was exported, erased and mailed."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from treblle_models.models.accounts import IP_LENGTH, User
from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.operations import OBJECT_KEY_LENGTH
from treblle_models.models.projects import EXTERNAL_ID_LENGTH, Project
from treblle_models.models.querysets import ProjectRowQuerySet, TreblleQuerySet, UserQuerySet
from treblle_models.models.storage import REFERENCE


class Progress(models.TextChoices):
    """How far a job has come that a worker does."""

    PENDING = "pending", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class AuditEntry(TreblleModelDefaults):
    """One change that a person or token made. It outlives both, so it says who by address."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="audit_entries",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        db_constraint=False,
        null=True,
        related_name="audit_entries",
    )
    email = models.EmailField(blank=True)
    # A verb in the past, e.g. `member.invited`.
    action = models.CharField(max_length=64)
    # The table and uuid of what was changed.
    object_type = models.CharField(max_length=64, blank=True)
    object_uuid = models.UUIDField(null=True)
    changes = models.JSONField(default=dict)
    ip = models.CharField(max_length=IP_LENGTH, blank=True)

    objects = ProjectRowQuerySet["AuditEntry"].as_manager()

    class Meta:
        db_table = "audit_entries"
        verbose_name_plural = "audit entries"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [
            models.Index(fields=["project", "created_at"], name="audit_entries_created")
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.action}"


class Export(TreblleModelDefaults):
    """A file made for a user: requests as filtered, or all data of the account."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        JSON = "json", "JSON"
        HAR = "har", "HAR"
        ACCOUNT = "account", "Everything"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="exports"
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="exports",
    )
    format = models.CharField(max_length=10, choices=Format.choices)
    # As in the URL of the request list.
    query = models.TextField(blank=True)
    progress = models.CharField(max_length=10, choices=Progress.choices, default=Progress.PENDING)
    rows = models.PositiveBigIntegerField(default=0)
    object_key = models.CharField(max_length=OBJECT_KEY_LENGTH, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=1024, blank=True)

    objects = UserQuerySet["Export"].as_manager()

    class Meta:
        db_table = "exports"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return f"{self.format}: {self.progress}"


class Erasure(TreblleModelDefaults):
    """An order to erase, and its receipt. It outlives what it erases: it holds no foreign key."""

    class Subject(models.TextChoices):
        CUSTOMER = "customer", "An API customer"
        PROJECT = "project", "A project"
        ACCOUNT = "account", "An account"

    subject = models.CharField(max_length=10, choices=Subject.choices)
    user_uuid = models.UUIDField()
    project_uuid = models.UUIDField(null=True)
    # Of a customer: needed until raw objects are searched, emptied when all is done.
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH, blank=True)
    progress = models.CharField(max_length=10, choices=Progress.choices, default=Progress.PENDING)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # What was erased: rows by table, objects by store, with times.
    receipt = models.JSONField(default=dict)
    error = models.CharField(max_length=1024, blank=True)

    objects = TreblleQuerySet["Erasure"].as_manager()

    class Meta:
        db_table = "erasures"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [models.Index(fields=["user_uuid"], name="erasures_user")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.progress}"


class Forgetting(TreblleModelDefaults):
    """What learning is still to forget for an erasure. Like this it outlives what it erases; what
    it names is emptied once it is done.
    """

    class Part(models.TextChoices):
        """What an order goes through, in this order."""

        EXAMPLES = "examples", "Examples of the endpoints"
        PATHS = "paths", "Words in paths"
        VALUES = "values", "Words among values and names"
        DOCUMENTS = "documents", "Versions of the document"
        DRIFT = "drift", "The drift log"
        PROBLEMS = "problems", "Messages of problems"
        PROJECT = "project", "What checks found on the project"
        CHECKS = "checks", "What checks found on endpoints"
        ANOMALIES = "anomalies", "What anomalies came by"
        # After what they quote.
        ALERTS = "alerts", "Alerts that were sent"

    project_uuid = models.UUIDField()
    erasure_uuid = models.UUIDField()
    # Endpoints (by uuid) whose examples and marks go.
    endpoints = models.JSONField(default=list)
    # The customer's id and name: they go wherever they were learned as a word of the API's.
    words = models.JSONField(default=list)
    progress = models.CharField(max_length=10, choices=Progress.choices, default=Progress.PENDING)
    # Where the next step begins: how far it is within this part, as the part counts.
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.EXAMPLES)
    position = models.BigIntegerField(default=0)
    # Tries of the next step, when there may be another, and the name of what the last one ended in:
    # its text may hold what is to be forgotten.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=64, default="", db_default="")

    objects = TreblleQuerySet["Forgetting"].as_manager()

    class Meta:
        db_table = "forgettings"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [
            models.Index(fields=["erasure_uuid"], name="forgettings_erasure"),
            models.Index(fields=["progress", "updated_at"], name="forgettings_due"),
        ]

    def __str__(self) -> str:
        return f"{self.erasure_uuid}: {self.progress}"


class Email(TreblleModelDefaults):
    """A mail that is to go out once. Its text is not kept."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="emails",
    )
    recipient = models.EmailField()
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=255, blank=True)
    # What it is about, e.g. `digest/2026-W12/<uuid>`: the same is never sent twice.
    dedupe_key = models.CharField(max_length=255, unique=True)
    progress = models.CharField(max_length=10, choices=Progress.choices, default=Progress.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=1024, blank=True)

    objects = UserQuerySet["Email"].as_manager()

    class Meta:
        db_table = "emails"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
