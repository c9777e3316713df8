"""Which plan an account has, and what it allows: the one place that says so.

Without a subscription, or with one that has ended, an account has the free plan. Where the operator
has no plans at all nothing is limited.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from treblle_models.models import Plan, Project, Subscription, UsageMonth, User

FREE_PLAN: Final = "free"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests an account may send and has sent this month; None is without limit."""

    used: int
    limit: int | None
    requests_per_minute: int | None


def free_plan() -> Plan | None:
    """The plan of accounts without a subscription, where the operator has one."""
    plan: Plan | None = Plan.objects.filter(code=FREE_PLAN).first()
    return plan


def subscribed_plan(user: User) -> Plan | None:
    """What the account pays for; None for all others. Reads `user.subscription`."""
    subscription: Subscription | None = getattr(user, "subscription", None)
    if subscription is None or subscription.status == Subscription.Status.CANCELED:
        return None
    return subscription.plan


def plan_of(user: User) -> Plan | None:
    """The plan that holds for the account; None where nothing is limited."""
    return subscribed_plan(user) or free_plan()


def allowance(plan: Plan | None, used: int) -> Allowance:
    if plan is None:
        return Allowance(used, None, None)
    return Allowance(used, plan.monthly_requests, plan.requests_per_minute)


def used_in_month(user: User, today: date) -> int:
    """Requests of the account in the calendar month of `today` (UTC)."""
    months = UsageMonth.objects.filter(user=user, month=today.replace(day=1))
    return months.values_list("requests", flat=True).first() or 0


def room_for_projects(user: User) -> int | None:
    """How many projects the account may still make; None is without limit."""
    plan = plan_of(user)
    if plan is None or plan.max_projects is None:
        return None
    return max(0, plan.max_projects - Project.objects.filter(user=user).count())
