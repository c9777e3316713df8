"""Alerts: rules over the numbers of a project, what they found, and whom that was sent to."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from treblle_models.models.collaboration import SavedSearch
from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.endpoints import Endpoint
from treblle_models.models.projects import Environment, Project
from treblle_models.models.querysets import ProjectRowQuerySet, TreblleQuerySet
from treblle_models.models.storage import REFERENCE

# As Standard Webhooks advises: 24 to 64 bytes, in base64 behind `whsec_`.
WEBHOOK_SECRET_BYTES = 32
WEBHOOK_SECRET_PREFIX = "whsec_"  # noqa: S105 (only how secrets begin)


class AlertChannel(TreblleModelDefaults):
    """Where alerts of a project may go."""

    class Kind(models.TextChoices):
        EMAIL = "email", "Email"
        SLACK = "slack", "Slack"
        WEBHOOK = "webhook", "Webhook"
        PUSH = "push", "Push message"

    # Kinds whose URLs lead to one host.
    HOSTS: ClassVar[dict[str, str]] = {Kind.SLACK: "hooks.slack.com"}

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="alert_channels"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=255, blank=True)
    # An address or a URL; empty for push, which goes to the devices of the project's people.
    target = models.CharField(max_length=1024, blank=True)
    # Signs webhooks (Standard Webhooks).
    secret = models.CharField(max_length=255, blank=True)
    is_enabled = models.BooleanField(default=True)

    objects = ProjectRowQuerySet["AlertChannel"].as_manager()

    class Meta:
        db_table = "alert_channels"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name or self.kind

    @classmethod
    def make(cls, project: Project, *, kind: str, target: str, name: str) -> "AlertChannel":
        """A new channel; one to a webhook has a secret to sign with."""
        secret = cls.new_secret() if kind == cls.Kind.WEBHOOK else ""
        made: AlertChannel = cls.objects.create(
            project=project, kind=kind, target=target, name=name, secret=secret
        )
        return made

    @property
    def goes_to(self) -> str:
        """The email address, or only the host of the URL: its path can be as good as a password.
        Empty for push messages.
        """
        if self.kind == self.Kind.EMAIL:
            return self.target
        return urlsplit(self.target).hostname or ""

    @staticmethod
    def new_secret() -> str:
        drawn = base64.b64encode(secrets.token_bytes(WEBHOOK_SECRET_BYTES)).decode()
        return WEBHOOK_SECRET_PREFIX + drawn


class AlertRule(TreblleModelDefaults):
    """What must hold for how long for an alert to open."""

    class Metric(models.TextChoices):
        ERROR_RATE = "error_rate", "Error rate"
        P95 = "p95_ms", "95th percentile of load times"
        SPIKE = "spike", "More traffic than in the last week"
        DROP = "drop", "Less traffic than in the last week"
        NEW_ENDPOINT = "new_endpoint", "New endpoint"
        BREAKING_CHANGE = "breaking_change", "Breaking change"
        NEW_PROBLEM = "new_problem", "New problem"
        SCORE = "score", "Score below"
        SEARCH = "search", "Requests that a saved search finds"

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="alert_rules"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    name = models.CharField(max_length=255)
    metric = models.CharField(max_length=16, choices=Metric.choices)
    # In the metric's unit: a share from 0 to 1, milliseconds, a factor, a count, a score.
    threshold = models.FloatField(null=True, blank=True)
    window_minutes = models.PositiveIntegerField(default=5)
    # An alert closes only when the metric is this far on the good side again: no flapping.
    hysteresis = models.FloatField(default=0)
    # Fewer requests than this in the window say nothing.
    min_requests = models.PositiveIntegerField(default=0)
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="alert_rules",
    )
    environment = models.ForeignKey(
        Environment,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="alert_rules",
    )
    saved_search = models.ForeignKey(
        SavedSearch,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="alert_rules",
    )
    # Quiet hours, in `time_zone`; over midnight where the end is before the start.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_enabled = models.BooleanField(default=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectRowQuerySet["AlertRule"].as_manager()

    class Meta:
        db_table = "alert_rules"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name


class AlertRuleChannel(models.Model):
    """That alerts of a rule go to a channel."""

    id = models.BigAutoField(primary_key=True)
    rule = models.ForeignKey(
        AlertRule, on_delete=models.CASCADE, db_constraint=False, related_name="rule_channels"
    )
    channel = models.ForeignKey(
        AlertChannel, on_delete=models.CASCADE, db_constraint=False, related_name="rule_channels"
    )

    objects = TreblleQuerySet["AlertRuleChannel"].as_manager()

    class Meta:
        db_table = "alert_rule_channels"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "channel"], name="alert_rule_channels_pair"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} to {self.channel_id}"


class AlertQuerySet(ProjectRowQuerySet["Alert"]):
    time_name = "opened_at"


class Alert(TreblleModelDefaults):
    """A rule that came true, until it no longer was."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="alerts",
    )
    rule = models.ForeignKey(
        AlertRule, on_delete=models.CASCADE, db_constraint=False, related_name="alerts"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # The metric when it opened, in its unit.
    value = models.FloatField(null=True)
    message = models.CharField(max_length=1024)
    # The path of the platform's page that shows what is behind it.
    link = models.CharField(max_length=1024, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        db_table = "alerts"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [models.Index(fields=["project", "opened_at"], name="alerts_opened")]

    def __str__(self) -> str:
        return self.message


class AlertDelivery(TreblleModelDefaults):
    """One message of an alert to one channel; its uuid is the webhook's id, the same in retries.

    A channel is tried out by a delivery without an alert.
    """

    class Event(models.TextChoices):
        OPENED = "opened", "Opened"
        CLOSED = "closed", "Back to normal"
        TEST = "test", "Test"

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Given up"

    # A delivery whose task was lost is handed on again after this time.
    HANDED_ON_AGAIN_AFTER = timedelta(minutes=2)

    alert = models.ForeignKey(
        Alert,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="deliveries",
    )
    channel = models.ForeignKey(
        AlertChannel, on_delete=models.CASCADE, db_constraint=False, related_name="deliveries"
    )
    event = models.CharField(max_length=10, choices=Event.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=1024, blank=True)

    objects = TreblleQuerySet["AlertDelivery"].as_manager()

    class Meta:
        db_table = "alert_deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alert", "channel", "event"], name="alert_deliveries_event"
            ),
            REFERENCE,
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "next_attempt_at"], name="alert_deliveries_due")
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.status}"

    @classmethod
    def of_test(cls, channel: AlertChannel, now: datetime) -> "AlertDelivery":
        """What tries the channel out; whoever makes it sends it, at once."""
        made: AlertDelivery = cls.objects.create(
            channel=channel, event=cls.Event.TEST, next_attempt_at=now + cls.HANDED_ON_AGAIN_AFTER
        )
        return made
