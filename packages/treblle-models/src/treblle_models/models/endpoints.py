"""What is learned of an API from its traffic: its operations, their schemas, who calls them."""

from collections.abc import Collection
from typing import ClassVar

from django.db import models

from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.projects import Customer, Project
from treblle_models.models.querysets import ProjectRowQuerySet, SeenQuerySet
from treblle_models.models.storage import REFERENCE
from treblle_models.singlestore import ShardKey, SortKey

METHOD_LENGTH = 16
PATH_LENGTH = 1024
CONTENT_TYPE_LENGTH = 128
DIGEST_LENGTH = 64


class Endpoint(TreblleModelDefaults):
    """One operation of an API: a method and a path template such as `/users/{id}`."""

    class Source(models.TextChoices):
        FRAMEWORK = "framework", "The framework's route"
        TRAFFIC = "traffic", "Learned from traffic"
        PERSON = "person", "Set by a person"

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="endpoints"
    )
    method = models.CharField(max_length=METHOD_LENGTH)
    template = models.CharField(max_length=PATH_LENGTH)
    # SHA-256 of the template, hexadecimal: an index over long text is refused by MySQL.
    template_digest = models.CharField(max_length=DIGEST_LENGTH, editable=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    # What a person called it; empty: method and template are its name.
    name = models.CharField(max_length=255, blank=True)
    # Pinned: learning neither splits nor merges it. Ignored: it counts nowhere.
    is_pinned = models.BooleanField(default=False)
    is_ignored = models.BooleanField(default=False)
    # The row stays when endpoints merge, so that no link to it breaks.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        db_constraint=False,
        null=True,
        related_name="merged",
    )
    # Set while its history waits to be counted anew, because it is ignored or no longer so: what
    # came before this hour is done.
    recount_from = models.DateTimeField(null=True)
    # Set while history of endpoints merged into it is moved here: where that began.
    history_from = models.DateTimeField(null=True)
    # As OpenAPI names security schemes: `bearer`, `basic`, `apiKey`; empty: none was seen.
    auth_scheme = models.CharField(max_length=32, blank=True)

    objects = SeenQuerySet["Endpoint"].as_manager()

    class Meta:
        db_table = "endpoints"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "method", "template_digest"], name="endpoints_template"
            ),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


class PathState(models.Model):
    """What learning path templates remembers of a project, between one batch and the next."""

    project = models.OneToOneField(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        primary_key=True,
        related_name="path_state",
    )
    # The format of `state`; one that is not known is learned anew.
    format = models.PositiveSmallIntegerField(default=1)
    state = models.BinaryField(default=bytes)
    requests = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProjectRowQuerySet["PathState"].as_manager()

    class Meta:
        db_table = "path_states"
        constraints: ClassVar = [ShardKey("project")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.requests} requests"


class EndpointSchema(models.Model):
    """The shape of one part of an operation, merged from what was seen of it."""

    class Part(models.TextChoices):
        PATH = "path", "Path parameters"
        QUERY = "query", "Query parameters"
        HEADERS = "headers", "Headers"
        REQUEST = "request", "Request body"
        RESPONSE = "response", "Response body"

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="endpoint_schemas",
    )
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="schemas",
    )
    part = models.CharField(max_length=10, choices=Part.choices)
    # Of a response; 0 for the other parts.
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=CONTENT_TYPE_LENGTH, blank=True)
    # The inference's own state, from which a JSON Schema is made; one masked example is in it.
    state = models.JSONField(default=dict)
    # SHA-256 of the state, hexadecimal: what has not changed is neither read nor written again.
    schema_digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    samples = models.PositiveBigIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = SeenQuerySet["EndpointSchema"].as_manager()

    class Meta:
        db_table = "endpoint_schemas"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "endpoint", "part", "status", "content_type"],
                name="endpoint_schemas_part",
            ),
            ShardKey("project"),
            SortKey("project", "endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.status or ''} {self.content_type}".strip()


class EndpointCustomerQuerySet(SeenQuerySet["EndpointCustomer"]):
    def numbers(self, project_id: int, endpoint_ids: Collection[int]) -> dict[int, int]:
        """How many customers call each endpoint; one that nobody calls is left out."""
        if not endpoint_ids:
            return {}
        rows = self.filter(project_id=project_id, endpoint_id__in=endpoint_ids).values(
            "endpoint_id"
        )
        counted = rows.annotate(number=models.Count("pk")).order_by("endpoint_id")
        return {row["endpoint_id"]: row["number"] for row in counted}


class EndpointCustomer(models.Model):
    """That a customer calls an endpoint: whom a change of it touches."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, db_constraint=False, related_name="customers"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, db_constraint=False, related_name="endpoints"
    )
    requests = models.PositiveBigIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = EndpointCustomerQuerySet.as_manager()

    class Meta:
        db_table = "endpoint_customers"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "endpoint", "customer"], name="endpoint_customers_pair"
            ),
            ShardKey("project"),
            SortKey("project", "first_seen_at"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} calls {self.endpoint_id}"
