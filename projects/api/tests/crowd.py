"""More rows of every kind an operation may show, so that a query for each of them is seen."""

from datetime import timedelta

from django.utils import timezone
from treblle_models.identity import uuid7
from treblle_models.models import (
    AccessToken,
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    AlertRuleChannel,
    Anomaly,
    ApiChange,
    ApiDocument,
    Collection,
    CollectionItem,
    Customer,
    Endpoint,
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointHour,
    Environment,
    NotificationDevice,
    Problem,
    Project,
    ProjectCheckResult,
    ProjectHour,
    ProjectMember,
    ProjectScore,
    Request,
    User,
)
from treblle_service.check_catalog import CATALOG


def add_rows(world, number):
    """One more of each kind; `number` tells them apart."""
    project, owner, now = world.project, world.people.owner, timezone.now()
    seen = {"project": project, "first_seen_at": now, "last_seen_at": now}
    user = User.objects.create(email=f"crowd-{number}@example.com", name=f"Crowd {number}")
    endpoint = Endpoint.objects.create(
        project=project, method="GET", template=f"/crowd/{number}",
        template_digest=f"crowd-{number}", source=Endpoint.Source.FRAMEWORK, first_seen_at=now,
    )  # fmt: skip
    environment = Environment.objects.create(project=project, name=f"crowd-{number}")
    customer = Customer.objects.create(external_id=f"crowd-{number}", **seen)
    request = Request.objects.create(
        project=project, endpoint=endpoint, customer=customer, environment=environment,
        uuid=uuid7(), received_at=now, requested_at=now, loaded_at=now, method="GET",
        host="shop.example.com", path=f"/crowd/{number}", status=500,
    )  # fmt: skip
    _add_people(world, user, number)
    _add_findings(world, endpoint, user, seen, number)
    _add_alerts(world, endpoint, number)
    collection = Collection.objects.create(user=owner, name=f"Crowd {number}")
    for one in (collection, Collection.objects.get(uuid=world.rows["collection_uuid"])):
        CollectionItem.objects.create(
            collection=one, project=project, request_uuid=request.uuid, note=str(number)
        )
    hour = {"project": project, "bucket": _hour(now, number), "requests": number + 1}
    ProjectHour.objects.create(**hour)
    EndpointHour.objects.create(endpoint=endpoint, **hour)
    NotificationDevice.objects.create(
        user=owner, platform="apns", push_token=f"crowd-{number}",
        push_token_digest=f"crowd-{number}",
    )  # fmt: skip


def _hour(now, number):
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=number + 1)


def _add_people(world, user, number):
    project, owner = world.project, world.people.owner
    Member, until = ProjectMember, timezone.now() + timedelta(days=1)
    Member.objects.create(
        project=project, user=user, email=user.email, role="viewer", status="active"
    )
    Member.objects.create(project=project, email=f"asked-{number}@example.com", role="viewer")
    theirs = Project.objects.create(user=user, name=f"Crowd {number}")
    Member.objects.create(
        project=theirs, user=owner, email=owner.email, role="member", status="active"
    )
    inviting = Project.objects.create(user=user, name=f"Asking {number}")
    for person in (owner, world.people.invited):
        Member.objects.create(project=inviting, email=person.email, role="member")
    for kind in AccessToken.Kind.values:
        AccessToken.issue(
            owner, f"crowd-{number}", kind=kind, expires_at=until, refresh_expires_at=until
        )


def _add_findings(world, endpoint, user, seen, number):
    project, now = world.project, timezone.now()
    code = list(CATALOG)[number]
    Problem.objects.create(
        endpoint=endpoint, assignee=user, fingerprint=f"crowd-{number}",
        kind=Problem.Kind.SERVER_ERROR, **seen,
    )  # fmt: skip
    document = ApiDocument.objects.create(
        project=project, source="traffic", version=number + 100, content={}, digest=str(number)
    )
    ApiChange.objects.create(
        project=project, document=document, endpoint=endpoint, code="response-property-removed",
        is_breaking=True, description="gone", detected_at=now,
    )  # fmt: skip
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=number)
    ProjectScore.objects.create(project=project, bucket=day, stage="run_time", value=80.0)
    verdict = {"project": project, "outcome": "fail", "since": now, "last_seen_at": now}
    ProjectCheckResult.objects.create(code=code, stage=CATALOG[code].stage, **verdict)
    EndpointCheckResult.objects.create(
        endpoint=endpoint, code=world.rows["code"], stage=CATALOG[code].stage, **verdict
    )
    EndpointCheckDay.objects.create(
        project=project, endpoint=endpoint, bucket=day, code=code, failed=number + 1
    )
    Anomaly.objects.create(
        project=project, endpoint=endpoint, kind="attack", severity="high", started_at=now,
        observed=900, expected=10,
    )  # fmt: skip


def _add_alerts(world, endpoint, number):
    project, now = world.project, timezone.now()
    channel = AlertChannel.make(project, kind="push", target="", name=f"Crowd {number}")
    rule = AlertRule.objects.create(
        project=project, name=f"Crowd {number}", metric="error_rate", threshold=0.1,
        endpoint=endpoint,
    )  # fmt: skip
    own = AlertRule.objects.get(uuid=world.rows["rule_uuid"])
    for one in (rule, own):
        AlertRuleChannel.objects.create(rule=one, channel=channel)
    another = Alert.objects.create(project=project, rule=rule, opened_at=now, message="Too many")
    alert = Alert.objects.get(uuid=world.rows["alert_uuid"])
    AlertDelivery.objects.create(alert=alert, channel=channel, event="opened")
    tried = AlertChannel.objects.get(uuid=world.rows["channel_uuid"])
    AlertDelivery.objects.create(alert=another, channel=tried, event="opened")
