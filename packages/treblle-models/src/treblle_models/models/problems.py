"""What goes wrong again and again: errors, exceptions and slow outliers, grouped by fingerprint."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.endpoints import Endpoint
from treblle_models.models.projects import Customer, Project
from treblle_models.models.querysets import BucketQuerySet, SeenQuerySet
from treblle_models.singlestore import ShardKey, SortKey

FINGERPRINT_LENGTH = 64
ERROR_TYPE_LENGTH = 128
ERROR_MESSAGE_LENGTH = 255


class Problem(TreblleModelDefaults):
    """Requests that fail alike: same endpoint, status, error type and normalised message."""

    class Kind(models.TextChoices):
        CLIENT_ERROR = "client_error", "4xx"
        SERVER_ERROR = "server_error", "5xx"
        EXCEPTION = "exception", "Exception"
        SLOW = "slow", "Slow"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        IGNORED = "ignored", "Ignored"

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="problems",
    )
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.SET_NULL,
        db_constraint=False,
        null=True,
        related_name="problems",
    )
    # Hexadecimal, one half of the endpoint and one of what its requests have in common.
    fingerprint = models.CharField(max_length=FINGERPRINT_LENGTH, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    status = models.PositiveSmallIntegerField(default=0)
    error_type = models.CharField(max_length=ERROR_TYPE_LENGTH, blank=True)
    error_message = models.CharField(max_length=ERROR_MESSAGE_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="assigned_problems",
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    # When it came back after it had been resolved.
    regressed_at = models.DateTimeField(null=True, blank=True)
    occurrences = models.PositiveBigIntegerField(default=0)
    # The newest request that showed it.
    request_uuid = models.UUIDField(null=True)
    # The row stays when two turn out to be one, so that no link to it breaks; it counts nothing.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        db_constraint=False,
        null=True,
        related_name="merged",
    )

    objects = SeenQuerySet["Problem"].as_manager()

    class Meta:
        db_table = "problems"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "fingerprint"], name="problems_fingerprint"),
            ShardKey("project"),
            SortKey("project", "first_seen_at"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "last_seen_at"], name="problems_last_seen")
        ]

    def __str__(self) -> str:
        return f"{self.status or self.kind} {self.error_type or self.error_message}".strip()


class ProblemHour(models.Model):
    """How often a problem occurred in an hour. `bucket` is the beginning of the hour."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    bucket = models.DateTimeField()
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="hours"
    )
    occurrences = models.PositiveBigIntegerField(default=0)

    objects = BucketQuerySet["ProblemHour"].as_manager()

    class Meta:
        db_table = "problem_hours"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "bucket", "problem"], name="problem_hours_bucket"
            ),
            ShardKey("project"),
            SortKey("project", "bucket"),
        ]

    def __str__(self) -> str:
        return f"{self.bucket:%Y-%m-%d %H:%M}: {self.occurrences}"


class ProblemCustomer(models.Model):
    """That a problem touched a customer."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="customers"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, db_constraint=False, related_name="problems"
    )
    occurrences = models.PositiveBigIntegerField(default=0)
    last_seen_at = models.DateTimeField()

    objects = SeenQuerySet["ProblemCustomer"].as_manager()

    class Meta:
        db_table = "problem_customers"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "problem", "customer"], name="problem_customers_pair"
            ),
            ShardKey("project"),
            SortKey("project", "problem"),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} touched {self.customer_id}"
