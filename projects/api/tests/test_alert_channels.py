"""Channels by API: made, changed and deleted; what they hold is shown to nobody."""

import json

import pytest
from treblle_models.models import AlertChannel, AuditEntry, User

pytestmark = pytest.mark.django_db

SLACK = "https://hooks.slack.com/services/T0/B0/the-password"


@pytest.fixture
def path(people):
    return f"/v1/projects/{people.project.uuid}/alert-channels"


@pytest.fixture
def member(people, as_user):
    return as_user(people.member)


@pytest.fixture(autouse=True)
def addresses(monkeypatch):
    """What names mean, as a resolver would say."""
    known = {"hooks.slack.com": "3.3.3.3", "hook.example.com": "8.8.8.8", "inside.test": "10.0.0.7"}

    def found(host, port, **_):
        return [(2, 1, 6, "", (known[host], port))]

    monkeypatch.setattr("treblle_service.django.outbound.socket.getaddrinfo", found)


def test_a_channel_is_made_changed_and_deleted(member, path, people):
    made = member.post(path, {"kind": "email", "target": "viewer@example.com", "name": "Us"})
    assert made.status_code == 201
    one = f"{path}/{made.json()['uuid']}"
    assert member.get(path).json()["results"] == [member.get(one).json()]
    assert member.get(one).json()["goes_to"] == "viewer@example.com"
    changed = member.patch(one, {"name": "Them", "is_enabled": False}).json()
    assert (changed["name"], changed["is_enabled"]) == ("Them", False)
    assert member.ask("DELETE", one).status_code == 204
    assert member.get(one).status_code == 404
    actions = AuditEntry.objects.filter(project=people.project).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "alert_channel.made",
        "alert_channel.changed",
        "alert_channel.deleted",
    ]


def test_a_rule_sends_to_a_channel_that_was_made_so(member, path, people):
    channel = member.post(path, {"kind": "push", "name": "Phones"}).json()["uuid"]
    rules = path.replace("alert-channels", "alert-rules")
    rule = {"name": "Slow", "metric": "p95_ms", "threshold": 500, "channels": [channel]}
    assert member.post(rules, rule).json()["channels"] == [channel]


def test_the_secret_of_a_webhook_is_shown_once_and_its_path_never(member, path, people):
    made = member.post(path, {"kind": "webhook", "target": "https://hook.example.com/s3cret"})
    assert made.json()["secret"].startswith("whsec_")
    assert "no-store" in made["Cache-Control"]
    assert AlertChannel.objects.get().secret == made.json()["secret"]
    member.post(path, {"kind": "slack", "target": SLACK})
    listed = member.get(path)
    assert [row["goes_to"] for row in listed.json()["results"]] == [
        "hooks.slack.com",
        "hook.example.com",
    ]
    one = f"{path}/{made.json()['uuid']}"
    member.patch(one, {"target": "https://hook.example.com/other-s3cret"})
    assert AlertChannel.objects.get(kind="webhook").target.endswith("other-s3cret")
    kept = [*AuditEntry.objects.values_list("changes", flat=True), listed.json()]
    for word in ("s3cret", "the-password", "whsec_"):
        assert word not in json.dumps(kept)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("email", "stranger@example.com"),
        ("email", "invited@example.com"),
        ("email", ""),
        ("slack", "https://hook.example.com/services/1"),
        ("webhook", "http://hook.example.com/"),
        ("webhook", "https://inside.test/"),
        ("webhook", "https://user:word@hook.example.com/"),
        ("push", "viewer@example.com"),
    ],
)
def test_what_may_not_be_reached_is_refused_by_its_field(kind, target, member, path, people):
    given = {"kind": kind, "target": target}
    answer = member.post(path, given)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"target"}
    good = "viewer@example.com" if kind == "email" else SLACK
    channel = AlertChannel.make(people.project, kind=kind, target=good, name="")
    assert member.patch(f"{path}/{channel.uuid}", {"target": target}).status_code == 400
    channel.refresh_from_db()
    assert channel.target == good


def test_the_kind_of_a_channel_stays(member, path):
    one = f"{path}/{member.post(path, {'kind': 'push'}).json()['uuid']}"
    member.patch(one, {"kind": "email", "name": "New"})
    assert (member.get(one).json()["kind"], member.get(one).json()["name"]) == ("push", "New")


def test_a_project_has_a_bounded_number_of_channels(member, path, people):
    for _ in range(50):
        AlertChannel.make(people.project, kind="push", target="", name="")
    answer = member.post(path, {"kind": "push"})
    assert answer.status_code == 400
    assert "up to 50" in answer.json()["errors"]["non_field_errors"][0]
    assert User.objects.count() > 1
