"""Channels by API: made, changed and deleted; what they hold is shown to nobody."""

import json
import socket

import pytest
from django.utils import timezone
from treblle_models.models import AlertChannel, AuditEntry, Email, User
from treblle_platform.alerts.delivering import deliver

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

    resolve = socket.getaddrinfo

    def found(host, port, *rest, **more):
        if host not in known:
            return resolve(host, port, *rest, **more)
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


@pytest.fixture
def try_out(member, path, sent, django_capture_on_commit_callbacks):
    """Tries a channel out: the answer, and the log of the channel once the platform has sent it."""

    def ask(channel):
        with django_capture_on_commit_callbacks(execute=True):
            answer = member.post(f"{path}/{channel.uuid}/test")
        assert answer.status_code == 202
        arguments = {"delivery": answer.json()["uuid"]}
        assert sent.pop() == ("treblle_platform.deliver_alert", "platform", arguments)
        deliver(arguments["delivery"], timezone.now())
        log = member.get(f"{path}/{channel.uuid}/deliveries").json()["results"]
        return answer.json(), log

    return ask


def test_a_channel_is_tried_out_and_the_log_says_how_it_went(try_out, people):
    channel = AlertChannel.make(
        people.project, kind="email", target=people.owner.email, name="On call"
    )
    answer, [row] = try_out(channel)
    assert (answer["event"], answer["status"], answer["alert_uuid"]) == ("test", "pending", None)
    assert (row["uuid"], row["status"], row["attempts"]) == (answer["uuid"], "delivered", 1)
    assert Email.objects.get().subject == "Test: alerts of Shop"


def test_a_test_goes_into_no_private_network(try_out, people):
    inside = AlertChannel.make(
        people.project, kind="webhook", target="https://inside.test/hook", name=""
    )
    _, [row] = try_out(inside)
    assert (row["status"], row["next_attempt_at"]) == ("failed", None)
    assert row["error"] == "inside.test leads into a private network."


def test_channels_are_tried_out_only_so_often(member, path, people, sent, counting_cache):
    channel = AlertChannel.make(people.project, kind="push", target="", name="")
    answers = [member.post(f"{path}/{channel.uuid}/test").status_code for _ in range(8)]
    assert (answers[:6], answers[-1]) == ([202] * 6, 429)
