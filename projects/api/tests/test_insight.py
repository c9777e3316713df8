"""What is understood of traffic, read and corrected: endpoints, problems, quality, security, …"""

from datetime import timedelta
from typing import ClassVar

import pytest
import yaml
from treblle_models.models import (
    Alert,
    Anomaly,
    ApiChange,
    ApiDocument,
    AuditEntry,
    Customer,
    Endpoint,
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointCustomer,
    NotificationDevice,
    Problem,
    ProjectCheckResult,
    ProjectDocumentScore,
    ProjectScore,
)
from treblle_service.check_catalog import CATALOG, Group

from projects.api.tests.conftest import NOON


@pytest.fixture
def owner(world, as_user):
    return as_user(world.people.owner)


@pytest.fixture
def root(world):
    return f"/v1/projects/{world.project.uuid}"


@pytest.fixture
def sent(monkeypatch):
    tasks = []
    monkeypatch.setattr(
        "treblle_api.queue._send",
        lambda task, queue, arguments: tasks.append((task, queue, arguments)),
    )
    return tasks


def test_an_endpoint_is_corrected_and_history_told_to_follow(
    world, owner, root, sent, django_capture_on_commit_callbacks
):
    path = f"{root}/endpoints/{world.endpoint.uuid}"
    with django_capture_on_commit_callbacks(execute=True):
        changed = owner.patch(path, {"name": "A user", "is_pinned": True}).json()
    assert (changed["name"], changed["is_pinned"]) == ("A user", True)
    arguments = {"project": str(world.project.uuid)}
    assert sent == [("treblle_etl.follow_corrections", "etl-background", arguments)]
    owner.patch(path, {"is_ignored": True})
    assert owner.get(f"{root}/endpoints").json()["results"] == []
    ignored = owner.get(f"{root}/endpoints?is_ignored=true").json()["results"]
    assert [each["uuid"] for each in ignored] == [str(world.endpoint.uuid)]
    with django_capture_on_commit_callbacks(execute=True):
        owner.patch(path, {"is_ignored": False})
    assert sent[-1][2] == arguments
    world.endpoint.refresh_from_db()
    assert world.endpoint.recount_from is not None


def test_a_correction_that_cannot_be_says_why_by_field(world, owner, root):
    path = f"{root}/endpoints/{world.endpoint.uuid}"
    refused = owner.patch(path, {"template": "/other"})
    assert refused.status_code == 400
    assert "is not /users/7" in refused.json()["errors"]["template"][0]


def test_endpoints_become_one(world, owner, root, make_endpoint):
    other = make_endpoint(world.project, "/users/8")
    given = {
        "endpoints": [str(world.endpoint.uuid), str(other.uuid)],
        "template": "/users/{user}",
    }
    merged = owner.post(f"{root}/endpoints/merge", given).json()
    assert (merged["template"], merged["is_pinned"]) == ("/users/{user}", True)
    assert Endpoint.objects.filter(merged_into__uuid=merged["uuid"]).count() == 2
    given["endpoints"].append(str(world.project.uuid))
    assert set(owner.post(f"{root}/endpoints/merge", given).json()["errors"]) == {"endpoints"}


def test_the_document_of_the_api_comes_as_json_and_as_yaml(world, owner, root):
    content = {"openapi": "3.1.0", "info": {"title": "Zoë"}}
    type(world.document).objects.create(
        project=world.project, source="traffic", version=2, content=content, digest="2"
    )
    assert owner.get(f"{root}/openapi.json").json() == content
    as_yaml = owner.get(f"{root}/openapi.yaml", Accept="application/yaml")
    assert as_yaml["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(as_yaml.content) == content
    assert owner.get(f"{root}/openapi.json?version=1").json() == {"openapi": "3.1.0"}
    missing = owner.get(f"{root}/openapi.yaml?source=upload", Accept="application/yaml")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")
    listed = owner.get(f"{root}/documents").json()["results"]
    assert [each["version"] for each in listed] == [2, 1]


def test_changes_are_listed_with_their_endpoint_where_asked(world, owner, root):
    for number in range(3):
        ApiChange.objects.create(
            project=world.project,
            document=world.document,
            endpoint=world.endpoint,
            code="response-property-removed",
            is_breaking=bool(number),
            description="gone",
            detected_at=NOON + timedelta(hours=number),
        )
    assert len(owner.get(f"{root}/changes?is_breaking=false").json()["results"]) == 1
    newest = owner.get(f"{root}/changes?expand=endpoint&page_size=1").json()["results"][0]
    assert newest["endpoint"]["template"] == "/users/7"
    assert newest["detected_at"].startswith("2026-04-02T14:00")


def test_a_change_says_how_many_customers_it_touches_and_which_request_showed_it(
    world, owner, root
):
    stated = {"document": world.document, "code": "c", "description": "d", "detected_at": NOON}
    shown_by = world.rows["request_uuid"]
    change = {"project": world.project, **stated, "request_uuid": shown_by}
    ApiChange.objects.create(endpoint=world.endpoint, **change)
    ApiChange.objects.create(endpoint=None, **change)
    before = EndpointCustomer.objects.filter(endpoint=world.endpoint).count()
    for name in ("acme", "globex"):
        EndpointCustomer.objects.create(
            project=world.project,
            endpoint=world.endpoint,
            customer=Customer.objects.create(
                project=world.project, external_id=name, first_seen_at=NOON, last_seen_at=NOON
            ),
            first_seen_at=NOON,
            last_seen_at=NOON,
        )
    listed = owner.get(f"{root}/changes").json()["results"]
    touched = {row["endpoint_uuid"]: row["customers_touched"] for row in listed}
    assert touched == {str(world.endpoint.uuid): before + 2, None: 0}
    assert {row["request_uuid"] for row in listed} == {str(shown_by)}


def test_a_problem_is_resolved_and_given_to_somebody_of_the_project(world, owner, root):
    path = f"{root}/problems/{world.rows['problem_uuid']}"
    member = world.people.member
    changed = owner.patch(path, {"state": "resolved", "assignee": str(member.uuid)}).json()
    assert (changed["state"], changed["assignee_uuid"]) == ("resolved", str(member.uuid))
    assert changed["resolved_at"]
    assert owner.get(f"{root}/problems?state=open").json()["results"] == []
    expanded = owner.get(f"{path}?expand=assignee,endpoint").json()
    assert expanded["assignee"]["email"] == member.email
    reopened = owner.patch(path, {"state": "open", "assignee": None}).json()
    assert (reopened["resolved_at"], reopened["assignee_uuid"]) == (None, None)
    stranger = owner.patch(path, {"assignee": str(world.people.stranger.uuid)})
    assert set(stranger.json()["errors"]) == {"assignee"}
    assert AuditEntry.objects.filter(action="problem.changed").count() == 2


def test_a_problem_that_became_part_of_another_is_the_other(world, owner, root):
    kept = str(world.rows["problem_uuid"])
    gone = Problem.objects.create(
        project=world.project,
        fingerprint="gone",
        kind=Problem.Kind.SLOW,
        first_seen_at=NOON,
        last_seen_at=NOON,
        merged_into=Problem.objects.get(uuid=kept),
    )
    assert owner.get(f"{root}/problems/{gone.uuid}").json()["uuid"] == kept
    assert owner.patch(f"{root}/problems/{gone.uuid}", {"state": "ignored"}).json()["uuid"] == kept
    assert [each["uuid"] for each in owner.get(f"{root}/problems").json()["results"]] == [kept]


def test_problems_are_sorted_by_either_time_and_paged(world, owner, root):
    for number in range(5):
        Problem.objects.create(
            project=world.project,
            fingerprint=f"more-{number}",
            kind=Problem.Kind.SLOW,
            first_seen_at=NOON + timedelta(hours=number),
            last_seen_at=NOON - timedelta(hours=number),
        )
    for sort, rises in (("first_seen_at", True), ("-first_seen_at", False), ("last_seen_at", True)):
        url, seen = f"{root}/problems?sort={sort}&page_size=2", []
        while url:
            page = owner.get(url).json()
            seen += [row[sort.removeprefix("-")] for row in page["results"]]
            url = page["next"]
        assert len(seen) == 6
        assert seen == sorted(seen, reverse=not rises)
    assert set(owner.get(f"{root}/problems?sort=status").json()["errors"]) == {"sort"}


def test_quality_tells_scores_and_every_check_with_the_words_of_the_catalogue(world, owner, root):
    from django.utils import timezone

    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for days, value in ((1, 70.0), (0, 85.0)):
        ProjectScore.objects.create(
            project=world.project,
            bucket=today - timedelta(days=days),
            stage="run_time",
            value=value,
            groups={"security": 80.0},
        )
    quality = owner.get(f"{root}/quality").json()
    assert [(s["stage"], s["value"], s["grade"]) for s in quality["scores"]] == [
        ("run_time", 85.0, "B")
    ]
    assert [day["run_time"] for day in quality["days"]] == [70.0, 85.0]
    code = next(iter(CATALOG))
    ProjectCheckResult.objects.create(
        project=world.project,
        code=code,
        stage=CATALOG[code].stage,
        outcome="fail",
        evidence="seen",
        since=NOON,
        last_seen_at=NOON,
    )
    EndpointCheckResult.objects.create(
        project=world.project,
        endpoint=world.endpoint,
        code=code,
        stage=CATALOG[code].stage,
        outcome="fail",
        since=NOON,
        last_seen_at=NOON,
    )
    failing = owner.get(f"{root}/checks?outcome=fail").json()["results"]
    assert [each["code"] for each in failing] == [code]
    assert failing[0]["why"] == CATALOG[code].why
    assert len(owner.get(f"{root}/checks").json()["results"]) == len(CATALOG)
    check = owner.get(f"{root}/checks/{code}").json()
    assert check["endpoints"][0]["endpoint_uuid"] == str(world.endpoint.uuid)
    off = owner.patch(f"{root}/checks/{code}", {"is_enabled": False}).json()
    assert off["outcome"] == "off"
    assert owner.patch(f"{root}/checks/{code}", {"is_enabled": True}).json()["outcome"] == "fail"
    assert owner.get(f"{root}/checks/no-such-check").status_code == 404


def test_quality_tells_the_score_of_each_version_of_a_day(world, owner, root):
    for version, value in ((1, 70.0), (2, 91.5)):
        document = ApiDocument.objects.create(
            project=world.project,
            source="upload",
            version=version + 100,
            content={},
            digest=str(version),
        )
        ProjectDocumentScore.objects.create(
            project=world.project, document=document, value=value, scored_at=NOON
        )
    versions = owner.get(f"{root}/quality").json()["versions"]
    assert [(v["source"], v["version"], v["value"], v["grade"]) for v in versions] == [
        ("upload", 102, 91.5, "A"),
        ("upload", 101, 70.0, "C"),
    ]


def test_security_counts_threats_and_lists_anomalies(world, owner, root):
    from django.utils import timezone

    code = next(code for code, check in CATALOG.items() if check.group is Group.THREAT)
    EndpointCheckDay.objects.create(
        project=world.project,
        endpoint=world.endpoint,
        bucket=timezone.now() - timedelta(days=1),
        code=code,
        failed=7,
    )
    Anomaly.objects.create(
        project=world.project,
        kind="attack",
        severity="high",
        started_at=NOON,
        observed=900,
        expected=10,
    )
    shown = owner.get(f"{root}/security").json()
    assert [(each["code"], each["requests"]) for each in shown["threats"]] == [(code, 7)]
    assert shown["anomalies_going_on"] == 1
    assert len(owner.get(f"{root}/anomalies?is_going_on=true").json()["results"]) == 1
    assert owner.get(f"{root}/anomalies?is_going_on=false").json()["results"] == []


def test_a_customer_is_found_and_named(world, owner, root):
    path = f"{root}/customers/{world.rows['customer_uuid']}"
    assert owner.patch(path, {"name": "Acme"}).json()["name"] == "Acme"
    found = owner.get(f"{root}/customers?text=ACM").json()["results"]
    assert [each["external_id"] for each in found] == ["acme-17"]


def test_a_collection_keeps_requests_once_and_only_those_one_may_see(world, owner, root, as_user):
    made = owner.post("/v1/collections", {"name": "Bugs"}).json()
    path = f"/v1/collections/{made['uuid']}/items"
    given = {"project": str(world.project.uuid), "request": str(world.rows["request_uuid"])}
    first = owner.post(path, given | {"note": "look"}).json()
    assert owner.post(path, given | {"note": "again"}).json()["uuid"] == first["uuid"]
    assert [each["note"] for each in owner.get(path).json()["results"]] == ["again"]
    stranger = as_user(world.people.stranger)
    mine = stranger.post("/v1/collections", {"name": "Mine"}).json()
    assert stranger.post(f"/v1/collections/{mine['uuid']}/items", given).status_code == 404
    assert owner.ask("DELETE", f"/v1/collections/{made['uuid']}").status_code == 204


def test_a_rule_is_made_with_its_channels_and_closes_what_it_opened(world, owner, root):
    channel = world.project.alert_channels.create(kind="email", target="a@example.com", name="Team")
    given = {"name": "Slow", "metric": "p95_ms", "threshold": 500, "channels": [str(channel.uuid)]}
    made = owner.post(f"{root}/alert-rules", given).json()
    assert made["channels"] == [str(channel.uuid)]
    path = f"{root}/alert-rules/{made['uuid']}"
    Alert.objects.create(
        project=world.project,
        rule=world.project.alert_rules.get(uuid=made["uuid"]),
        opened_at=NOON + timedelta(hours=1),
        message="slow",
    )
    opened = owner.get(f"{root}/alerts?is_open=true&expand=rule").json()["results"]
    assert [each["rule"]["name"] for each in opened] == ["Slow", "Errors"]
    off = owner.patch(path, {"is_enabled": False, "channels": []}).json()
    assert (off["is_enabled"], off["channels"]) == (False, [])
    assert len(owner.get(f"{root}/alerts?is_open=true").json()["results"]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x", "metric": "p95_ms"}, "threshold"),
        ({"name": "x", "metric": "search", "threshold": 1}, "saved_search"),
        ({"name": "x", "metric": "score", "threshold": 1, "quiet_from": "22:00"}, "quiet_until"),
        ({"name": "x", "metric": "score", "threshold": 1, "time_zone": "Moon"}, "time_zone"),
    ],
)
def test_a_rule_that_cannot_be_is_told_by_field(given, field, owner, root):
    answer = owner.post(f"{root}/alert-rules", given)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}


def test_deliveries_tell_how_it_went_and_not_the_path_of_an_address(world, owner, root):
    alert = Alert.objects.get()
    channel = world.project.alert_channels.create(
        kind="webhook", target="https://hooks.example/secret", name="Hook"
    )
    alert.deliveries.create(channel=channel, event="opened", error="it answered with 500")
    answer = owner.get(f"{root}/alerts/{alert.uuid}/deliveries")
    assert [each["error"] for each in answer.json()["results"]] == ["it answered with 500"]
    assert "secret" not in answer.content.decode()
    closed = owner.post(f"{root}/alerts/{alert.uuid}/close").json()
    assert closed["closed_at"]


def test_a_device_is_registered_once_and_told_that_push_is_off(world, owner, as_user):
    given = {"platform": "fcm", "push_token": "abc", "name": "Phone"}
    made = owner.post("/v1/devices", given)
    again = owner.post("/v1/devices", given | {"app_version": "2"})
    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json()["uuid"] == made.json()["uuid"]
    assert "abc" not in owner.get("/v1/devices").content.decode()
    result = owner.post(f"/v1/devices/{made.json()['uuid']}/test").json()
    assert not result["is_delivered"]
    assert "Push messages are off" in result["detail"]
    as_user(world.people.stranger).post("/v1/devices", given)
    device = NotificationDevice.objects.get(uuid=made.json()["uuid"])
    assert device.user == world.people.stranger, "whoever logged in on it last has it"


class Outbox:
    sent: ClassVar = []

    def send(self, device, message):
        self.sent.append((device.push_token, message.title))


def test_with_a_sender_the_test_goes_to_the_device(owner, settings, world):
    settings.PUSH_SENDER = f"{__name__}.Outbox"
    made = owner.post("/v1/devices", {"platform": "apns", "push_token": "xyz"}).json()
    assert owner.post(f"/v1/devices/{made['uuid']}/test").json()["is_delivered"]
    assert Outbox.sent == [("xyz", "Treblle")]
    assert owner.get("/v1/devices").json()["results"][0]["last_delivered_at"]
