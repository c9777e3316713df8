"""Tells the intake, through the cache, how much each account may send and has sent this month.

What is near or past its limit is marked in `usage_months`; the platform mails those who are marked.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime

from django.db.models import QuerySet
from treblle_models.models import UsageMonth, User
from treblle_models.plans import allowance, free_plan, subscribed_plan
from treblle_service.quotas import Quota, Quotas, State

CHUNK = 2000
# The column that says since when.
MARKS = {State.WARNED: "warned_at", State.OVER: "limit_reached_at"}


def publish(quotas: Quotas, now: datetime) -> int:
    """Every account that has a limit; how many keys. Raises `CacheUnavailable`.

    Without a subscription it is the free plan's; where there is none, nothing is limited.
    Accounts without one are published too where they have sent: they may have had a limit before.
    """
    month = now.date().replace(day=1)
    found: dict[str, Quota] = {}
    users: dict[State, list[int]] = defaultdict(list)
    for user, quota in _by_account(month):
        users[quota.state].append(user.pk)
        for key in _keys(user, now):
            found[key] = quota
    for state, name in MARKS.items():
        _mark(users[state], name, month, now)
    quotas.publish(found, now)
    return len(found)


def _by_account(month: date) -> Iterator[tuple[User, Quota]]:
    free = free_plan()
    used = dict(UsageMonth.objects.filter(month=month).values_list("user_id", "requests"))
    for user in _accounts().iterator(chunk_size=CHUNK):
        plan = subscribed_plan(user) or free
        if plan is not None or user.pk in used:
            yield user, Quota.of(**asdict(allowance(plan, used.get(user.pk, 0))))


def _keys(user: User, now: datetime) -> Iterator[str]:
    yield user.api_key
    if user.previous_api_key and (user.previous_api_key_expires_at or now) > now:
        yield user.previous_api_key


def _accounts() -> QuerySet[User]:
    users: QuerySet[User] = User.objects.filter(is_active=True)
    return users.select_related("subscription__plan")


def _mark(users: list[int], name: str, month: date, now: datetime) -> None:
    for start in range(0, len(users), CHUNK):
        some = users[start : start + CHUNK]
        rows = UsageMonth.objects.filter(user_id__in=some, month=month, **{f"{name}__isnull": True})
        rows.update(**{name: now})
