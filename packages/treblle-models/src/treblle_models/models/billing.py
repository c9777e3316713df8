"""What users may do by their plan, and how much of it they have used."""

from typing import ClassVar

from django.db import models

from treblle_models.models.accounts import User
from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.querysets import TreblleQuerySet, UserQuerySet
from treblle_models.models.storage import REFERENCE


class Plan(TreblleModelDefaults):
    """What can be subscribed to. Null means without limit."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    monthly_requests = models.PositiveBigIntegerField(null=True, blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    retention_days = models.PositiveIntegerField(default=30)
    max_projects = models.PositiveIntegerField(null=True, blank=True)
    max_members = models.PositiveIntegerField(null=True, blank=True)
    # In the currency's smallest unit.
    monthly_price = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, default="usd")
    stripe_price_id = models.CharField(max_length=255, blank=True)
    is_public = models.BooleanField(default=True)

    objects = TreblleQuerySet["Plan"].as_manager()

    class Meta:
        db_table = "plans"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> str:
        """As people write it: `$49`, `12.50 EUR`."""
        amount, cents = divmod(self.monthly_price, 100)
        number = f"{amount:,}.{cents:02d}" if cents else f"{amount:,}"
        return f"${number}" if self.currency == "usd" else f"{number} {self.currency.upper()}"


class Subscription(TreblleModelDefaults):
    """The plan of an account; the payment itself is in Stripe's hands. No row: the free plan."""

    class Status(models.TextChoices):
        TRIALING = "trialing", "On trial"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Payment late"
        CANCELED = "canceled", "Ended"

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="subscription"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, db_constraint=False, related_name="subscriptions"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    stripe_customer_id = models.CharField(max_length=255, blank=True, db_index=True)
    stripe_subscription_id = models.CharField(max_length=255, blank=True, db_index=True)
    current_period_start = models.DateTimeField(null=True, blank=True)
    current_period_end = models.DateTimeField(null=True, blank=True)
    cancels_at = models.DateTimeField(null=True, blank=True)
    # When Stripe made the event that was applied last: an older one changes nothing.
    last_event_at = models.DateTimeField(null=True, blank=True)

    objects = UserQuerySet["Subscription"].as_manager()

    class Meta:
        db_table = "subscriptions"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.status}"


class PaymentEvent(models.Model):
    """A webhook of the payment provider that was taken: it comes again now and then."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=128)
    # When the provider made it.
    occurred_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    processed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TreblleQuerySet["PaymentEvent"].as_manager()

    class Meta:
        db_table = "payment_events"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.event_id


class UsageMonthQuerySet(UserQuerySet["UsageMonth"]):
    time_name = "month"


class UsageMonth(models.Model):
    """Requests an account has sent in a calendar month (UTC), and when it was warned."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="usage_months"
    )
    # The first day of the month.
    month = models.DateField()
    requests = models.PositiveBigIntegerField(default=0)
    warned_at = models.DateTimeField(null=True, blank=True)
    limit_reached_at = models.DateTimeField(null=True, blank=True)

    objects = UsageMonthQuerySet.as_manager()

    class Meta:
        db_table = "usage_months"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "month"], name="usage_months_month"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.requests}"
