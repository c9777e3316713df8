"""What keeps the pipeline honest: ledger, dead letters, and the audit of what SDKs sent."""

from typing import ClassVar

from django.db import models

from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.projects import Project
from treblle_models.models.querysets import BucketQuerySet, ProjectRowQuerySet, TreblleQuerySet
from treblle_models.models.storage import REFERENCE
from treblle_models.singlestore import ShardKey, SortKey

OBJECT_KEY_LENGTH = 255
SDK_INSTANCE_LENGTH = 64


class LedgerEntryQuerySet(TreblleQuerySet["LedgerEntry"]):
    time_name = "processed_at"


class LedgerEntry(models.Model):
    """A raw object that was processed: its row goes in first, in the transaction of its rows."""

    id = models.BigAutoField(primary_key=True)
    object_key = models.CharField(max_length=OBJECT_KEY_LENGTH, unique=True)
    processed_at = models.DateTimeField(db_index=True)
    loaded = models.PositiveIntegerField(default=0)
    # Known already from another object, by `(project, id)`.
    duplicates = models.PositiveIntegerField(default=0)
    dead_letters = models.PositiveIntegerField(default=0)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        db_table = "ledger_entries"
        constraints: ClassVar = [ShardKey("object_key"), SortKey("processed_at")]

    def __str__(self) -> str:
        return self.object_key


class DeadLetter(TreblleModelDefaults):
    """What could not be processed, where it lies in the raw store, and why."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="dead_letters",
    )
    object_key = models.CharField(max_length=OBJECT_KEY_LENGTH)
    # Counted from 0 within the object; null means the object as a whole.
    line_number = models.PositiveIntegerField(null=True)
    event_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=64)
    message = models.CharField(max_length=1024)
    replayed_at = models.DateTimeField(null=True)

    objects = ProjectRowQuerySet["DeadLetter"].as_manager()

    class Meta:
        db_table = "dead_letters"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [
            models.Index(fields=["object_key"], name="dead_letters_object"),
            models.Index(fields=["created_at"], name="dead_letters_created"),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


class SdkHour(models.Model):
    """What one SDK instance sent in an hour, and what became of it: sent = received = stored +
    unwanted.
    """

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    bucket = models.DateTimeField()
    sdk_instance = models.CharField(max_length=SDK_INSTANCE_LENGTH, blank=True)
    # As the SDK itself says: numbered and handed on, and dropped because its queue was full.
    sent = models.PositiveBigIntegerField(default=0)
    dropped = models.PositiveBigIntegerField(default=0)
    # As the intake and the ETL counted.
    received = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveBigIntegerField(default=0)
    # Of excluded routes, or left out by sampling, as the project wishes.
    unwanted = models.PositiveBigIntegerField(default=0, db_default=0)
    last_seq = models.PositiveBigIntegerField(default=0)

    objects = BucketQuerySet["SdkHour"].as_manager()

    class Meta:
        db_table = "sdk_hours"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "bucket", "sdk_instance"], name="sdk_hours_bucket"
            ),
            ShardKey("project"),
            SortKey("project", "bucket"),
        ]

    def __str__(self) -> str:
        return f"{self.bucket:%Y-%m-%d %H:%M}: {self.sent} sent, {self.stored} stored"
