"""What the billing page shows."""

from dataclasses import dataclass
from datetime import date, datetime

from treblle_models.models import Plan, Project, Subscription, User
from treblle_models.plans import plan_of, used_in_month

from treblle_platform.billing import gateway
from treblle_platform.billing.published_quota import quota_of


@dataclass(frozen=True)
class Billing:
    """`plan` is None where the operator has no plans: nothing is limited."""

    plan: Plan | None
    subscription: Subscription | None
    used: int
    state: str
    projects: int
    month_ends: date
    others: list[Plan]
    can_pay: bool

    @property
    def share(self) -> float | None:
        """Of the month's requests, 0 to 100."""
        if self.plan is None or not self.plan.monthly_requests:
            return None
        return min(100.0, 100 * self.used / self.plan.monthly_requests)

    @property
    def is_paying(self) -> bool:
        """A subscription runs, so that changes are made in the portal."""
        row = self.subscription
        return bool(row and row.stripe_customer_id and row.status != Subscription.Status.CANCELED)


def billing_of(user: User, now: datetime) -> Billing:
    plan = plan_of(user)
    others = Plan.objects.filter(is_public=True).order_by("monthly_price", "code")
    years, month = divmod(now.year * 12 + now.month, 12)
    return Billing(
        plan=plan,
        subscription=getattr(user, "subscription", None),
        used=used_in_month(user, now.date()),
        state=quota_of(user, now).state.value,
        projects=Project.objects.filter(user=user).count(),
        month_ends=date(years, month + 1, 1),
        others=[each for each in others if plan is None or each.pk != plan.pk],
        can_pay=gateway.is_set_up(),
    )
