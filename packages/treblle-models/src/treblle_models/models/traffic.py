"""The table that grows with traffic. It leads with the project and is reached by project and time."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models

from treblle_models.models.accounts import IP_LENGTH, USER_AGENT_LENGTH
from treblle_models.models.defaults import NamedModel
from treblle_models.models.derived import DayField
from treblle_models.models.endpoints import METHOD_LENGTH, PATH_LENGTH, Endpoint
from treblle_models.models.problems import ERROR_MESSAGE_LENGTH, ERROR_TYPE_LENGTH, Problem
from treblle_models.models.projects import Customer, Environment, Project
from treblle_models.models.querysets import ProjectRowQuerySet
from treblle_models.singlestore import ShardKey, SortKey

HOST_LENGTH = 255
LABEL_LENGTH = 64
TRACE_ID_LENGTH = 128


class RequestQuerySet(ProjectRowQuerySet["Request"]):
    time_name = "received_at"

    def newest_first(self) -> Self:
        return self.order_by("-received_at", "-uuid")

    def find(self, project: Project, uuid: UUID) -> "Request | None":
        return self.filter(project=project, uuid=uuid).select_related("endpoint").first()


class Request(NamedModel):
    """One request to a customer's API with its response, as understood by the ETL.

    Headers, bodies and query are in the details object at `details_*`, masked.
    """

    class AgentKind(models.TextChoices):
        PERSON = "person", "Person"
        BOT = "bot", "Bot"
        AI = "ai", "AI agent"

    class ThreatLevel(models.IntegerChoices):
        NONE = 0, "None"
        LOW = 1, "Low"
        MEDIUM = 2, "Medium"
        HIGH = 3, "High"

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="requests",
    )
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="requests",
    )
    environment = models.ForeignKey(
        Environment,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="requests",
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="requests",
    )
    problem = models.ForeignKey(
        Problem,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="requests",
    )
    received_at = models.DateTimeField()
    # Lists of a day that are sorted by something else than time read an index that leads with it.
    received_on = DayField(of="received_at")
    requested_at = models.DateTimeField()
    # What the SDK's clock said, where it cannot be right; then `requested_at` is `received_at`.
    claimed_requested_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField()

    method = models.CharField(max_length=METHOD_LENGTH)
    host = models.CharField(max_length=HOST_LENGTH)
    path = models.CharField(max_length=PATH_LENGTH)
    status = models.PositiveSmallIntegerField()
    load_time_ms = models.FloatField(null=True)
    request_size_bytes = models.PositiveBigIntegerField(null=True)
    response_size_bytes = models.PositiveBigIntegerField(null=True)
    error_count = models.PositiveSmallIntegerField(default=0)
    # Of the first error the SDK reported.
    error_type = models.CharField(max_length=ERROR_TYPE_LENGTH, blank=True)
    error_message = models.CharField(max_length=ERROR_MESSAGE_LENGTH, blank=True)
    failed_check_count = models.PositiveSmallIntegerField(default=0)
    threat_level = models.PositiveSmallIntegerField(
        choices=ThreatLevel.choices, default=ThreatLevel.NONE
    )
    # Rules that the data touches, e.g. `gdpr,pci`.
    regulations = models.CharField(max_length=LABEL_LENGTH, blank=True)

    ip = models.CharField(max_length=IP_LENGTH, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=LABEL_LENGTH, blank=True)
    city = models.CharField(max_length=LABEL_LENGTH, blank=True)
    time_zone = models.CharField(max_length=LABEL_LENGTH, blank=True)
    # The number of the autonomous system (RFC 6793: 32 bits) and who runs it.
    asn = models.PositiveBigIntegerField(null=True)
    as_organization = models.CharField(max_length=LABEL_LENGTH, blank=True)
    user_agent = models.CharField(max_length=USER_AGENT_LENGTH, blank=True)
    # Empty where it is not known.
    agent_kind = models.CharField(max_length=6, choices=AgentKind.choices, blank=True)
    os = models.CharField(max_length=LABEL_LENGTH, blank=True)
    device = models.CharField(max_length=LABEL_LENGTH, blank=True)
    app = models.CharField(max_length=LABEL_LENGTH, blank=True)
    app_version = models.CharField(max_length=LABEL_LENGTH, blank=True)
    sdk = models.CharField(max_length=LABEL_LENGTH, blank=True)
    sdk_version = models.CharField(max_length=LABEL_LENGTH, blank=True)
    trace_id = models.CharField(max_length=TRACE_ID_LENGTH, blank=True)
    # Flat, as the customer's headers gave it.
    metadata = models.JSONField(default=dict, blank=True)

    details_key = models.CharField(max_length=128, blank=True)
    details_offset = models.PositiveBigIntegerField(default=0)
    details_length = models.PositiveIntegerField(default=0)

    objects = RequestQuerySet.as_manager()

    class Meta:
        db_table = "requests"
        constraints: ClassVar = [
            # An event that comes again in another object is known by this.
            models.UniqueConstraint(fields=["project", "uuid"], name="requests_project_uuid"),
            ShardKey("project"),
            SortKey("project", "received_at"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "received_at", "uuid"], name="requests_received"),
            models.Index(fields=["project", "loaded_at"], name="requests_loaded"),
            *(
                models.Index(
                    fields=["project", "received_on", column, "received_at"],
                    name=f"requests_by_{name}",
                )
                for name, column in (
                    ("load_time", "load_time_ms"),
                    ("size", "response_size_bytes"),
                    ("status", "status"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
