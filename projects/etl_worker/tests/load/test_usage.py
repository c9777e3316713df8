"""What accounts send is counted with the rows and published for the intake."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import redis
from treblle_etl import quotas
from treblle_etl.pipeline import Pipeline
from treblle_models.identity import uuid7
from treblle_models.models import Plan, Project, Subscription, UsageMonth, User
from treblle_service.quotas import UNLIMITED, Quota, Quotas, State

MARCH = datetime(2026, 3, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cache(valkey: redis.Redis, valkey_url: str) -> Quotas:
    return Quotas(f"{valkey_url}/0")


def test_events_count_once_for_the_owner_of_their_project(
    project: Project, payload: Callable[..., Any], put_raw: Callable[..., str], pipeline: Pipeline
) -> None:
    ids = [uuid7() for _ in range(3)]
    pipeline.process([put_raw(*(payload() for _ in ids), ids=ids)])
    pipeline.process([put_raw(payload(), payload(), ids=[ids[0], uuid7()])])
    usage = UsageMonth.objects.get()
    assert (usage.user_id, usage.month, usage.requests) == (project.user_id, date(2026, 3, 1), 4)


def test_accounts_are_published_with_their_plan(cache: Quotas, project: Project) -> None:
    small = Plan.objects.create(code="free", name="Free", monthly_requests=10)
    large = Plan.objects.create(code="pro", name="Pro", requests_per_minute=600)
    owner = project.user
    owner.previous_api_key = "O" * 32
    owner.previous_api_key_expires_at = MARCH + timedelta(days=1)
    owner.save()
    payer = User.objects.create_user("payer@shop.example", api_key="P" * 32)
    Subscription.objects.create(user=payer, plan=large)
    for user, used in ((owner, 10), (payer, 7)):
        UsageMonth.objects.create(user=user, month=date(2026, 3, 1), requests=used)
    quotas.publish(cache, MARCH)
    over = Quota(State.OVER, small.monthly_requests, 10, None)
    assert cache.read(owner.api_key) == cache.read("O" * 32) == over
    assert cache.read(payer.api_key) == Quota(State.OK, None, 7, 600)
    # A new month begins with nothing used; a subscription that ended is the free plan again.
    Subscription.objects.update(status=Subscription.Status.CANCELED)
    quotas.publish(cache, MARCH + timedelta(days=31))
    assert cache.read(owner.api_key).state is State.OK
    assert cache.read(payer.api_key) == Quota(State.OK, small.monthly_requests, 0, None)


def test_without_plans_nothing_is_limited(cache: Quotas, project: Project) -> None:
    assert quotas.publish(cache, MARCH) == 0
    assert cache.read(project.user.api_key) == UNLIMITED


def test_what_is_near_and_past_its_limit_is_marked_once(cache: Quotas, project: Project) -> None:
    """The platform mails by these marks: a later time would be another mail."""
    Plan.objects.create(code="free", name="Free", monthly_requests=10)
    usage = UsageMonth.objects.create(user=project.user, month=date(2026, 3, 1), requests=7)

    def marks(used: int, at: datetime) -> tuple[datetime | None, datetime | None]:
        UsageMonth.objects.update(requests=used)
        quotas.publish(cache, at)
        usage.refresh_from_db()
        return usage.warned_at, usage.limit_reached_at

    hours = [MARCH + timedelta(hours=hour) for hour in range(5)]
    assert marks(7, hours[0]) == (None, None)
    assert marks(8, hours[1]) == (hours[1], None)
    assert marks(9, hours[2]) == (hours[1], None)
    assert marks(10, hours[3]) == (hours[1], hours[3])
    assert marks(12, hours[4]) == (hours[1], hours[3])
    assert cache.read(project.user.api_key).state is State.OVER
