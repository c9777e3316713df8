"""Mail about the plan's monthly requests: nearly used up, used up. Counting is the ETL's."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from treblle_models.models import EmailPreference, UsageMonth
from treblle_models.plans import plan_of

from treblle_platform.mail import outbox

KIND = EmailPreference.Kind.LIMIT


def send_due(now: datetime) -> int:
    """Once a month, plan and limit, to the owner; returns how many went into the queue."""
    marked = Q(warned_at__isnull=False) | Q(limit_reached_at__isnull=False)
    months = UsageMonth.objects.filter(marked, month=now.date().replace(day=1))
    return sum(_send(usage) for usage in months.select_related("user"))


def _send(usage: UsageMonth) -> bool:
    is_reached = usage.limit_reached_at is not None
    plan = plan_of(usage.user)
    limit = plan.monthly_requests if plan else None
    subject = "Your monthly requests are used up" if is_reached else "Your monthly requests run low"
    return outbox.send(
        kind=KIND,
        to=usage.user.email,
        user=usage.user,
        subject=subject,
        template="limit",
        context={
            "is_reached": is_reached,
            "used": f"{usage.requests:,}",
            "limit": f"{limit:,}" if limit else "",
            "plan": f"the plan {plan.name}" if plan else "your plan",
            "month": f"{usage.month:%B %Y}",
            "billing": settings.PLATFORM_URL + reverse("billing:page"),
        },
        dedupe_key="/".join(
            (
                f"limit/{usage.month:%Y-%m}",
                "reached" if is_reached else "warned",
                plan.code if plan else "",
                str(usage.user.uuid),
            )
        ),
    )
