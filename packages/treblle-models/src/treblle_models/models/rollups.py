"""Numbers kept ready for the dashboards: roll-ups of requests by time, endpoint and dimension."""

from typing import Any, ClassVar

from django.db import models

from treblle_models.histogram import Histogram
from treblle_models.models.endpoints import Endpoint
from treblle_models.models.projects import Project
from treblle_models.models.querysets import BucketQuerySet
from treblle_models.singlestore import ShardKey, SortKey

DIMENSION_VALUE_LENGTH = 64


class Rollup(models.Model):
    """Counts over one bucket of time. `bucket` is its beginning, by `requests.requested_at`."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    bucket = models.DateTimeField()
    requests = models.PositiveBigIntegerField(default=0)
    # Answers with a 4xx and with a 5xx status.
    client_errors = models.PositiveBigIntegerField(default=0)
    server_errors = models.PositiveBigIntegerField(default=0)
    request_bytes = models.PositiveBigIntegerField(default=0)
    response_bytes = models.PositiveBigIntegerField(default=0)
    load_time_sum_ms = models.FloatField(default=0)
    # A `treblle_models.histogram.Histogram` of load times in milliseconds.
    load_times = models.BinaryField(default=bytes)

    objects = BucketQuerySet["Rollup"].as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.bucket:%Y-%m-%d %H:%M}: {self.requests}"

    def histogram(self) -> Histogram:
        return Histogram.from_bytes(bytes(self.load_times))


class EndpointRollup(Rollup):
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        abstract = True


class DimensionRollup(Rollup):
    """Counts of requests that have something in common, e.g. `country` is `DE`."""

    class Dimension(models.TextChoices):
        COUNTRY = "country", "Country"
        DEVICE = "device", "Device"
        OS = "os", "Operating system"
        APP = "app", "App"
        AGENT_KIND = "agent_kind", "People, bots and AI agents"
        STATUS = "status", "Status"
        # The values of these two are uuids.
        CUSTOMER = "customer", "API customer"
        ENVIRONMENT = "environment", "Environment"

    dimension = models.CharField(max_length=16, choices=Dimension.choices)
    # Empty where the request has none.
    value = models.CharField(max_length=DIMENSION_VALUE_LENGTH, blank=True)

    class Meta:
        abstract = True


def _one_row_a(table: str, *names: str) -> list[Any]:
    fields = ["project", *names]
    return [
        models.UniqueConstraint(fields=fields, name=f"{table}_bucket"),
        ShardKey("project"),
        SortKey("project", "bucket"),
    ]


class ProjectMinute(Rollup):
    class Meta:
        db_table = "project_minutes"
        constraints: ClassVar = _one_row_a("project_minutes", "bucket")


class ProjectHour(Rollup):
    class Meta:
        db_table = "project_hours"
        constraints: ClassVar = _one_row_a("project_hours", "bucket")


class ProjectDay(Rollup):
    class Meta:
        db_table = "project_days"
        constraints: ClassVar = _one_row_a("project_days", "bucket")


class EndpointMinute(EndpointRollup):
    class Meta:
        db_table = "endpoint_minutes"
        constraints: ClassVar = _one_row_a("endpoint_minutes", "bucket", "endpoint")


class EndpointHour(EndpointRollup):
    class Meta:
        db_table = "endpoint_hours"
        constraints: ClassVar = _one_row_a("endpoint_hours", "bucket", "endpoint")


class EndpointDay(EndpointRollup):
    class Meta:
        db_table = "endpoint_days"
        constraints: ClassVar = _one_row_a("endpoint_days", "bucket", "endpoint")


class DimensionHour(DimensionRollup):
    class Meta:
        db_table = "dimension_hours"
        constraints: ClassVar = _one_row_a("dimension_hours", "dimension", "bucket", "value")


class DimensionDay(DimensionRollup):
    class Meta:
        db_table = "dimension_days"
        constraints: ClassVar = _one_row_a("dimension_days", "dimension", "bucket", "value")
