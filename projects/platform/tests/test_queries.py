"""Every page asks the database as often, however much lies in it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from treblle_models.models import (
    AccessToken,
    Alert,
    AlertChannel,
    AlertRule,
    Anomaly,
    ApiChange,
    ApiDocument,
    AuditEntry,
    Collection,
    Comment,
    Customer,
    DimensionDay,
    DimensionHour,
    Embed,
    Endpoint,
    EndpointCheckResult,
    EndpointCustomer,
    EndpointDay,
    EndpointScore,
    Erasure,
    Export,
    PinnedRequest,
    Problem,
    ProblemCustomer,
    ProblemHour,
    ProjectFollower,
    ProjectHour,
    ProjectScore,
    SavedSearch,
    ShareLink,
    User,
)

OF_OTHERS = ("account_", "mfa_")
# Named by something that `things` has none of.
NAMED_BY_OTHER_THINGS = {
    *("privacy:export_download", "invitations:page", "mail:message", "mail:message_html"),
    *("mail:unsubscribe", "shared", "portal:component", "portal:requests"),
}
# Session, user and project, then what the page itself asks.
QUERIES = {
    "agents:page": 6,
    "alerts:channel": 4,
    "alerts:channel_new": 3,
    "alerts:channels": 4,
    "alerts:deliveries": 4,
    "alerts:list": 6,
    "alerts:rule": 9,
    "alerts:rule_new": 4,
    "alerts:rules": 4,
    "billing:page": 9,
    "catalog:entry": 9,
    "catalog:list": 8,
    "collections:list": 3,
    "collections:page": 6,
    "customers:detail": 7,
    "customers:list": 5,
    "dashboard:page": 8,
    "docs:changes": 5,
    "docs:home": 9,
    "docs:upload": 3,
    "embed:detail": 5,
    "embed:list": 4,
    "embed:new": 3,
    "endpoints:detail": 15,
    "endpoints:history": 5,
    "endpoints:list": 10,
    "keys:page": 3,
    "onboarding:setup": 3,
    "privacy:data": 4,
    "problems:detail": 7,
    "problems:list": 7,
    "profile:mail": 3,
    "profile:page": 2,
    "profile:security": 5,
    "project_settings:audit": 4,
    "project_settings:data": 4,
    "project_settings:environments": 4,
    "project_settings:erase": 4,
    "project_settings:general": 3,
    "project_settings:pinned": 5,
    "project_settings:receipt": 5,
    "projects:list": 5,
    "projects:new": 2,
    "quality:check": 7,
    "quality:page": 8,
    "reference:page": 5,
    "requests:detail": 10,
    "requests:list": 7,
    "search": 3,
    "security:anomalies": 4,
    "security:page": 8,
    "team:members": 5,
    "traces:page": 4,
}


@pytest.fixture
def fill(project, people, document, customer, problem):
    """Puts in one more of everything these pages show."""
    now = timezone.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hour = now.replace(minute=0, second=0, microsecond=0)
    times = {"first_seen_at": now, "last_seen_at": now}

    def add(number):
        endpoint = Endpoint.objects.create(
            project=project, method="GET", template=f"/things/{number}", source="traffic",
            template_digest=f"{number + 1:064}", **times,
        )  # fmt: skip
        other = Customer.objects.create(project=project, external_id=f"c-{number}", **times)
        another = Problem.objects.create(
            project=project, fingerprint=f"{number + 1:064}", kind="slow", endpoint=endpoint,
            assignee=people.member, **times,
        )  # fmt: skip
        EndpointDay.objects.create(project=project, endpoint=endpoint, bucket=day, requests=1)
        for model, bucket in ((DimensionDay, day), (DimensionHour, hour)):
            for dimension, value in (("customer", str(other.uuid)), ("app", f"app-{number}")):
                model.objects.create(
                    project=project, bucket=bucket, dimension=dimension, value=value, requests=1
                )
        EndpointCustomer.objects.create(
            project=project, endpoint=endpoint, customer=customer, requests=1, **times
        )
        EndpointScore.objects.create(
            project=project, endpoint=endpoint, bucket=day, stage="run_time", value=50
        )
        EndpointCheckResult.objects.create(
            project=project, endpoint=endpoint, code="load-time", stage="run_time",
            outcome="fail", since=now, last_seen_at=now,
        )  # fmt: skip
        ProblemHour.objects.create(project=project, problem=another, bucket=hour, occurrences=1)
        for touched, by in ((another, customer), (problem, other)):
            ProblemCustomer.objects.create(
                project=project, problem=touched, customer=by, occurrences=1, last_seen_at=now
            )
        version = ApiDocument.objects.create(
            project=project, source="traffic", version=number + 2, content={}, digest="x" * 64
        )
        ApiChange.objects.create(
            project=project, document=version, endpoint=endpoint, code="x", description="x",
            detected_at=now,
        )  # fmt: skip
        Anomaly.objects.create(
            project=project, endpoint=endpoint, kind="spike", severity="low", started_at=now,
            observed=2, expected=1,
        )  # fmt: skip
        ProjectScore.objects.create(
            project=project, bucket=day - timedelta(days=number), stage="run_time", value=50
        )
        api = people.owner.projects.create(name=f"API {number}")
        ProjectFollower.objects.create(project=api, user=people.owner)

    return add


@pytest.fixture
def fill_frame(project, people, things, add_request, book):
    """Puts in one more of everything that the other pages show."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    rule = AlertRule.objects.get(uuid=things["rule_uuid"])
    channel = AlertChannel.objects.get(uuid=things["channel_uuid"])
    collection = Collection.objects.get(uuid=things["collection_uuid"])

    def add(number):
        found = add_request(endpoint=book, trace_id=things["trace_id"])
        said = {"project": project, "user": people.member, "request_uuid": things["request_uuid"]}
        Comment.objects.create(**said, text="@owner@example.com look")
        ShareLink.objects.create(**said, digest=f"d{number}", expires_at=now + timedelta(days=1))
        PinnedRequest.objects.create(
            project=project, user=people.member, request_uuid=found.uuid, received_at=now
        )
        SavedSearch.objects.create(project=project, user=people.owner, name=f"{number}")
        for each in (collection, Collection.objects.create(user=people.owner, name=f"{number}")):
            each.items.create(project=project, request_uuid=found.uuid)
        alert = Alert.objects.create(project=project, rule=rule, opened_at=now, message="x")
        alert.deliveries.create(channel=channel, event="opened")
        more = AlertRule.objects.create(
            project=project, name=f"{number}", metric="error_rate", endpoint=book
        )
        more.rule_channels.create(channel=channel)
        AlertChannel.objects.create(project=project, kind="email", target="x@example.com")
        user = User.objects.create_user(f"{number}@example.com", "a long enough password")
        project.members.create(user=user, email=user.email, role="member", status="active")
        project.environments.create(name=f"e{number}")
        AuditEntry.objects.create(project=project, user=user, email=user.email, action="x.done")
        Erasure.objects.create(
            subject="customer", user_uuid=user.uuid, project_uuid=project.uuid, progress="done"
        )
        AccessToken.issue(people.owner, f"{number}")
        Export.objects.create(user=people.owner, format="zip")
        Embed.objects.create(project=project, name=f"{number}")
        ProjectHour.objects.create(
            project=project, bucket=hour - timedelta(hours=number), requests=1
        )

    return add


@pytest.fixture
def pages(url_names, url_of, owner):
    """What the owner can look at, by the names of the URLs; files are none."""

    def is_page(url):
        answer = owner.get(url)
        return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")

    ours = (name for name in sorted(url_names) if not name.startswith(OF_OTHERS))
    found = {name: url_of(name) for name in ours if name not in NAMED_BY_OTHER_THINGS}
    return {name: url for name, url in found.items() if is_page(url)}


def asked(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_what_there_is(owner, pages, fill, fill_frame):
    fill(0)
    fill_frame(0)
    few = {name: asked(owner, url) for name, url in pages.items()}
    for number in range(1, 6):
        fill(number)
        fill_frame(number)
    many = {name: asked(owner, url) for name, url in pages.items()}
    assert many == few
    assert few == QUERIES
