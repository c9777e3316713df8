"""How good an API is: results of checks, scores, and what is out of the usual."""

from typing import Any, ClassVar

from django.db import models

from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.documents import ApiDocument
from treblle_models.models.endpoints import Endpoint
from treblle_models.models.projects import Project
from treblle_models.models.querysets import BucketQuerySet, ProjectRowQuerySet, SeenQuerySet
from treblle_models.models.storage import REFERENCE
from treblle_models.singlestore import ShardKey, SortKey

CHECK_CODE_LENGTH = 64


class Stage(models.TextChoices):
    """What a check or a score looks at."""

    RUN_TIME = "run_time", "Traffic of the last seven days"
    DESIGN_TIME = "design_time", "The OpenAPI document"


class CheckResult(models.Model):
    """The last word of one check, and since when it stands."""

    class Outcome(models.TextChoices):
        PASS = "pass", "Passed"
        WARNING = "warning", "Warning"
        FAIL = "fail", "Failed"

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=CHECK_CODE_LENGTH)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    # What was measured, in the check's own unit.
    value = models.FloatField(null=True)
    evidence = models.CharField(max_length=1024, blank=True)
    # The request that showed it last.
    request_uuid = models.UUIDField(null=True)
    since = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = SeenQuerySet["CheckResult"].as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"


class ProjectCheckResult(CheckResult):
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        db_table = "project_check_results"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "code", "stage"], name="project_check_results_code"
            ),
            ShardKey("project"),
        ]


class EndpointCheckResult(CheckResult):
    """Once an endpoint, however many of its requests fail."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, db_constraint=False, related_name="check_results"
    )

    class Meta:
        db_table = "endpoint_check_results"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "endpoint", "code", "stage"], name="endpoint_check_results_code"
            ),
            ShardKey("project"),
        ]


class EndpointCheckDay(models.Model):
    """What checks found on the requests of an endpoint on one day (UTC).

    A row whose code is a population (`requests`, `answers` …) says in `passed` how many requests
    were looked at; one whose code is a check says in `failed` how many of these failed it. A
    check that passed has no row: its share is 0.
    """

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    bucket = models.DateTimeField()
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    code = models.CharField(max_length=CHECK_CODE_LENGTH)
    passed = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)

    objects = BucketQuerySet["EndpointCheckDay"].as_manager()

    class Meta:
        db_table = "endpoint_check_days"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "bucket", "endpoint", "code"], name="endpoint_check_days_bucket"
            ),
            ShardKey("project"),
            SortKey("project", "bucket"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.failed} of {self.passed + self.failed} failed"


class Score(models.Model):
    """A score from 0 to 100 on one day (UTC); its grade follows from it."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    bucket = models.DateTimeField()
    stage = models.CharField(max_length=12, choices=Stage.choices)
    value = models.FloatField()
    # The score of each group of checks, by its name.
    groups = models.JSONField(default=dict)
    # The version of the OpenAPI document it was given to, if any.
    document_version = models.PositiveIntegerField(null=True)

    objects = BucketQuerySet["Score"].as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.bucket:%Y-%m-%d}: {self.value:.0f}"


def _one_score_a(table: str, *names: str) -> list[Any]:
    return [
        models.UniqueConstraint(fields=["project", *names], name=f"{table}_bucket"),
        ShardKey("project"),
        SortKey("project", "bucket"),
    ]


class ProjectScore(Score):
    class Meta:
        db_table = "project_scores"
        constraints: ClassVar = _one_score_a("project_scores", "bucket", "stage")


class EndpointScore(Score):
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, db_constraint=False, related_name="scores"
    )

    class Meta:
        db_table = "endpoint_scores"
        constraints: ClassVar = _one_score_a("endpoint_scores", "bucket", "stage", "endpoint")


class DocumentScore(models.Model):
    """The design-time score of one version of the OpenAPI document, as last worked out.

    `Score` has one row a day; this one a version, so that two versions of one day can be compared.
    """

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    document = models.ForeignKey(
        ApiDocument, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    value = models.FloatField()
    # The score of each group of checks, by its name.
    groups = models.JSONField(default=dict)
    scored_at = models.DateTimeField()

    objects = ProjectRowQuerySet["DocumentScore"].as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.document_id}: {self.value:.0f}"


class ProjectDocumentScore(DocumentScore):
    class Meta:
        db_table = "project_document_scores"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "document"], name="project_document_scores_version"
            ),
            ShardKey("project"),
        ]


class EndpointDocumentScore(DocumentScore):
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, db_constraint=False, related_name="document_scores"
    )

    class Meta:
        db_table = "endpoint_document_scores"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "document", "endpoint"], name="endpoint_document_scores_version"
            ),
            ShardKey("project"),
        ]


class AnomalyQuerySet(ProjectRowQuerySet["Anomaly"]):
    time_name = "started_at"


class Anomaly(TreblleModelDefaults):
    """A quarter of an hour or more that was not as usual: a spike, a drop, an attack."""

    class Kind(models.TextChoices):
        SPIKE = "spike", "More traffic than usual"
        DROP = "drop", "Less traffic than usual"
        ATTACK = "attack", "An attack"

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="anomalies",
    )
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="anomalies",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Requests in its worst window, and in a usual one.
    observed = models.FloatField()
    expected = models.FloatField()
    # An address, a customer, a pattern: what it came by.
    evidence = models.CharField(max_length=1024, blank=True)

    objects = AnomalyQuerySet.as_manager()

    class Meta:
        db_table = "anomalies"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [
            models.Index(fields=["project", "started_at"], name="anomalies_started")
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.started_at:%Y-%m-%d %H:%M}"
