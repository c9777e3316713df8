"""Alerts: rules and channels through their pages; deliveries to a real server that checks them."""

import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError
from treblle_models.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    AuditEntry,
    EmailPreference,
    NotificationDevice,
)
from treblle_platform.alerts import delivering
from treblle_platform.alerts.tasks import count_searches, deliver_alert
from treblle_platform.celery import app
from treblle_service.django import outbound
from treblle_service.django.push import DeviceGone, PushUnavailable


class Receiver(BaseHTTPRequestHandler):
    """Answers with the statuses it is told, and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), body))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def receiver(settings):
    """A web server on the loopback, a network that the operator opened."""
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.received, server.statuses = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/hook?team=1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def alerts_of(project):
    return f"/projects/{project.uuid}/alerts/"


@pytest.fixture
def rule(project):
    return AlertRule.objects.create(
        project=project, name="Errors", metric="error_rate", threshold=0.05
    )


@pytest.fixture
def delivery_to(project, rule):
    """A delivery of an alert to a channel, as the ETL leaves it."""

    def make(channel, event="opened"):
        alert = Alert.objects.create(
            project=project,
            rule=rule,
            opened_at=timezone.now(),
            value=0.125,
            message="12.5% of 200 requests failed in the last 5 minutes; the limit is 5%.",
            link=f"/projects/{project.uuid}/requests/",
        )
        return AlertDelivery.objects.create(
            alert=alert, channel=channel, event=event, next_attempt_at=timezone.now()
        )

    return make


@pytest.fixture
def webhook(project, receiver):
    return AlertChannel.make(project, kind="webhook", target=receiver.url, name="")


@pytest.fixture
def deliver(worker_at_once):
    def run(delivery):
        deliver_alert.delay(delivery=str(delivery.uuid))
        delivery.refresh_from_db()
        return delivery

    return run


def test_a_webhook_carries_a_signature_that_the_library_accepts(
    webhook, receiver, delivery_to, deliver, project
):
    delivery = deliver(delivery_to(webhook))
    assert (delivery.status, delivery.response_status) == ("delivered", 204)
    [(path, headers, body)] = receiver.received
    assert path == "/hook?team=1"
    assert headers["webhook-id"] == str(delivery.uuid)
    told = Webhook(webhook.secret).verify(body, headers)
    assert told["type"] == "alert.opened"
    assert told["data"]["message"].startswith("12.5% of 200 requests failed")
    assert told["data"]["link"] == f"http://platform.test/projects/{project.uuid}/requests/"
    with pytest.raises(WebhookVerificationError):
        Webhook(AlertChannel.new_secret()).verify(body, headers)


def test_a_delivery_that_comes_twice_is_sent_once(webhook, receiver, delivery_to, deliver):
    delivery = delivery_to(webhook)
    deliver(delivery)
    deliver(delivery)
    assert len(receiver.received) == 1


def test_a_server_that_fails_is_asked_again_later_under_the_same_id(
    webhook, receiver, delivery_to, deliver
):
    receiver.statuses = [503]
    delivery = deliver(delivery_to(webhook))
    assert (delivery.status, delivery.attempts) == ("pending", 1)
    assert delivery.error == "it answered with 503"
    wait = delivery.next_attempt_at - timezone.now()
    assert timedelta(seconds=10) < wait < timedelta(seconds=25)
    delivery = deliver(delivery)
    assert delivery.status == "delivered"
    first, second = (headers["webhook-id"] for _, headers, _ in receiver.received)
    assert first == second


def test_a_server_that_keeps_failing_is_left_alone_in_the_end(
    webhook, receiver, delivery_to, deliver
):
    receiver.statuses = [500] * 100
    delivery = delivery_to(webhook)
    for _ in range(delivering.MAX_ATTEMPTS + 3):
        delivery = deliver(delivery)
    assert len(receiver.received) == delivering.MAX_ATTEMPTS
    assert (delivery.status, delivery.next_attempt_at) == ("failed", None)


def test_pauses_grow_and_differ():
    pauses = [delivering.pause_after(n) for n in range(1, delivering.MAX_ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert delivering.pause_after(delivering.MAX_ATTEMPTS) is None
    assert len({delivering.pause_after(3) for _ in range(5)}) > 1


def test_redirects_are_refused(webhook, receiver, delivery_to, deliver):
    receiver.statuses = [302]
    delivery = deliver(delivery_to(webhook))
    assert delivery.status == "failed"
    assert "redirects are not followed" in delivery.error
    assert [path for path, _, _ in receiver.received] == ["/hook?team=1"]


def test_a_receiver_that_is_gone_switches_its_channel_off(webhook, receiver, delivery_to, deliver):
    receiver.statuses = [410]
    assert deliver(delivery_to(webhook)).status == "failed"
    webhook.refresh_from_db()
    assert not webhook.is_enabled


def test_nothing_goes_into_a_private_network(webhook, receiver, delivery_to, deliver, settings):
    settings.OUTBOUND_NETWORKS = []
    webhook.target = receiver.url.replace("http:", "https:")
    webhook.save()
    delivery = deliver(delivery_to(webhook))
    assert delivery.status == "failed"
    assert delivery.error == "127.0.0.1 leads into a private network."
    assert receiver.received == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::"),
    ],
)
def test_a_name_that_leads_inside_is_refused(address, monkeypatch, settings):
    settings.OUTBOUND_NETWORKS = []
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    def found(*_, **__):
        public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
        return [public, (family, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(outbound.Refused, match="private network"):
        outbound.checked_address(outbound.parse("https://hook.example/"))


def test_the_connection_goes_to_the_address_that_was_checked(receiver, monkeypatch):
    """A name that means another address the second time is never asked a second time."""
    asked = []

    def once(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: once(host, *a) if host == "hook.example" else real(host, *a, **k),
    )
    url = f"http://hook.example:{receiver.server_port}/x"
    assert outbound.post(outbound.parse(url), b"{}", {}).status == 204
    assert asked == ["hook.example"]
    assert receiver.received[0][1]["Host"] == f"hook.example:{receiver.server_port}"


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "https://user:pw@example.com/"),
        *("https://", "nonsense", "https://example.com:99999/", "https://example.com/\nX: y"),
    ],
)
def test_what_is_no_plain_address_is_refused(url, settings):
    settings.OUTBOUND_NETWORKS = []
    with pytest.raises(outbound.Refused):
        outbound.parse(url)


@pytest.fixture
def sending(settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def mail_channel(project, people):
    return AlertChannel.make(project, kind="email", target=people.owner.email, name="")


@pytest.mark.django_db(transaction=True)
def test_an_alert_goes_by_mail_in_the_readers_zone(
    mail_channel, people, delivery_to, deliver, sending
):
    people.owner.time_zone = "Europe/Zagreb"
    people.owner.save()
    assert deliver(delivery_to(mail_channel)).status == "delivered"
    [sent] = mail.outbox
    assert sent.subject == "Alert: Errors (Bookshop API)"
    assert "12.5% of 200 requests failed" in sent.body
    assert "(Europe/Zagreb)" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db(transaction=True)
def test_who_wants_no_alerts_by_mail_gets_none(mail_channel, people, delivery_to, deliver, sending):
    EmailPreference.objects.create(user=people.owner, kind="alert", is_wanted=False)
    deliver(delivery_to(mail_channel))
    assert not mail.outbox


def test_slack_gets_text_with_a_link_and_no_markup_of_others(
    project, receiver, rule, delivery_to, deliver
):
    rule.name = "<!channel> & co"
    rule.save()
    slack = AlertChannel.objects.create(project=project, kind="slack", target=receiver.url)
    assert deliver(delivery_to(slack)).status == "delivered"
    told = json.loads(receiver.received[0][2])
    text = told["blocks"][0]["text"]["text"]
    assert (
        f"<http://platform.test/projects/{project.uuid}/requests/|&lt;!channel&gt; &amp; co>"
        in text
    )


RULE = {
    "name": "Too many errors",
    "threshold": "5",
    "window_minutes": "15",
    "min_requests": "20",
    "time_zone": "Europe/Zagreb",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "is_enabled": "on",
}


def test_a_rule_is_made_changed_and_deleted(people, project, alerts_of, mail_channel):
    member = Client()
    member.force_login(people.member)
    assert "What shall be watched?" in member.get(f"{alerts_of}rules/new/").content.decode()
    made = RULE | {"channels": str(mail_channel.uuid)}
    page = member.post(f"{alerts_of}rules/new/?metric=error_rate", made, follow=True)
    assert "Error rate: above 5%, within 15 minutes" in page.content.decode()
    rule = AlertRule.objects.get(project=project)
    assert (rule.threshold, rule.window_minutes, rule.user) == (0.05, 15, people.member)
    assert 0 < rule.hysteresis < rule.threshold
    assert [link.channel for link in rule.rule_channels.all()] == [mail_channel]
    shown = member.get(f"{alerts_of}rules/{rule.uuid}/").content.decode()
    assert 'value="5.0"' in shown
    member.post(f"{alerts_of}rules/{rule.uuid}/", RULE | {"threshold": "7.5"})
    rule.refresh_from_db()
    assert rule.threshold == 0.075
    assert not rule.rule_channels.exists()
    member.post(f"{alerts_of}rules/{rule.uuid}/delete/")
    assert not AlertRule.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["alert_rule.made", "alert_rule.changed", "alert_rule.deleted"]


@pytest.mark.parametrize("metric", AlertRule.Metric.values)
def test_every_metric_has_a_form_that_works(owner, people, project, alerts_of, metric):
    search = project.saved_searches.create(user=people.owner, name="Refunds", query="path=refund")
    url = f"{alerts_of}rules/new/?metric={metric}"
    assert owner.get(url).status_code == 200
    answer = owner.post(url, RULE | {"saved_search": str(search.uuid)})
    assert answer.status_code == 302, answer.content.decode()
    assert AlertRule.objects.get().metric == metric


def test_a_rule_of_an_environment_needs_an_hour(owner, project, alerts_of):
    staging = project.environments.create(name="staging")
    answer = owner.post(
        f"{alerts_of}rules/new/?metric=error_rate", RULE | {"environment": str(staging.uuid)}
    )
    assert "Environments are counted by the hour." in answer.content.decode()
    assert not AlertRule.objects.exists()


def test_rows_of_another_project_cannot_be_chosen(owner, people, alerts_of):
    theirs = people.stranger.projects.create(name="Theirs")
    channel = AlertChannel.make(theirs, kind="slack", target="https://x.invalid", name="")
    answer = owner.post(
        f"{alerts_of}rules/new/?metric=error_rate", RULE | {"channels": str(channel.uuid)}
    )
    assert answer.status_code == 400
    assert not AlertRule.objects.exists()


def test_a_webhook_is_added_with_a_secret_and_tried_out(owner, alerts_of, receiver):
    page = owner.post(
        f"{alerts_of}channels/new/webhook/", {"target": receiver.url, "name": "Ops"}, follow=True
    ).content.decode()
    channel = AlertChannel.objects.get()
    assert channel.secret.startswith("whsec_")
    assert channel.secret in page
    tried = owner.post(f"{alerts_of}channels/{channel.uuid}/test/", follow=True)
    assert "It answered with 204." in tried.content.decode()
    [(_, headers, body)] = receiver.received
    assert Webhook(channel.secret).verify(body, headers)["type"] == "alert.test"
    log = owner.get(f"{alerts_of}deliveries/").content.decode()
    assert "<h2>Test " in log
    assert ">204<" in log
    receiver.statuses = [500]
    tried = owner.post(f"{alerts_of}channels/{channel.uuid}/test/", follow=True)
    assert "Not delivered: it answered with 500" in tried.content.decode()
    failed = AlertDelivery.objects.get(response_status=500)
    # Who pressed the button looks at once: nobody tries again.
    assert (failed.status, failed.attempts, failed.next_attempt_at) == ("failed", 1, None)


def test_tests_of_a_channel_have_a_limit(owner, alerts_of, webhook, receiver):
    for _ in range(10):
        page = owner.post(f"{alerts_of}channels/{webhook.uuid}/test/", follow=True)
    assert "wait a minute" in page.content.decode()
    assert len(receiver.received) == 6


@pytest.mark.parametrize(
    ("kind", "target", "words"),
    [
        ("webhook", "https://127.0.0.1/x", "leads into a private network"),
        ("webhook", "http://example.com/x", "must begin with https://"),
        ("slack", "https://example.com/services/x", "https://hooks.slack.com/"),
        ("slack", "https://[", "This is not a web address."),
        ("email", "nobody@example.com", "Select a valid choice"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(owner, alerts_of, settings, kind, target, words):
    settings.OUTBOUND_NETWORKS = []
    answer = owner.post(f"{alerts_of}channels/new/{kind}/", {"target": target})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not AlertChannel.objects.exists()


def test_a_viewer_sees_no_secret_and_no_path_of_a_webhook(people, alerts_of, project):
    AlertChannel.make(
        project, kind="slack", target="https://hooks.slack.com/services/T0/SECRET", name=""
    )
    viewer = Client()
    viewer.force_login(people.viewer)
    page = viewer.get(f"{alerts_of}channels/").content.decode()
    assert "hooks.slack.com" in page
    assert "SECRET" not in page


def test_alerts_and_deliveries_are_listed_in_pages(
    owner, project, alerts_of, rule, webhook, django_assert_num_queries
):
    now = timezone.now()
    for number in range(60):
        alert = Alert.objects.create(
            project=project,
            rule=rule,
            opened_at=now - timedelta(minutes=number),
            closed_at=None if number == 0 else now,
            message=f"message {number}.",
        )
        AlertDelivery.objects.create(alert=alert, channel=webhook, event="opened")
    first = owner.get(alerts_of).content.decode()
    assert "message 0." in first
    assert "message 59." not in first
    older = first.split("?before=")[1].split('"')[0]
    second = owner.get(f"{alerts_of}?before={older}").content.decode()
    assert "message 59." in second
    assert "message 0." not in second
    with django_assert_num_queries(4):
        assert owner.get(f"{alerts_of}deliveries/").content.decode().count("chip warn") == 50


def test_an_alert_is_closed_by_hand(owner, project, alerts_of, rule):
    alert = Alert.objects.create(
        project=project, rule=rule, opened_at=timezone.now(), message="open"
    )
    owner.post(f"{alerts_of}{alert.uuid}/close/")
    alert.refresh_from_db()
    assert alert.closed_at is not None


def test_without_rules_the_page_says_what_they_are_for(owner, alerts_of):
    assert "Nothing is watched yet" in owner.get(alerts_of).content.decode()


@pytest.mark.parametrize(("query", "count"), [("status=5xx", 2), ("path=refund", 1), ("", 3)])
def test_requests_that_a_saved_search_finds_are_counted_in_the_rules_window(
    project, people, add_request, monkeypatch, worker_at_once, query, count
):
    now = timezone.now()
    add_request(now - timedelta(minutes=1), status=500)
    add_request(now - timedelta(minutes=2), status=503, path="/refunds/7")
    add_request(now - timedelta(minutes=3))
    add_request(now - timedelta(minutes=9), status=500)
    search = project.saved_searches.create(user=people.owner, name="x", query=query)
    rule = AlertRule.objects.create(
        project=project, name="x", metric="search", saved_search=search, window_minutes=5
    )
    told = []
    monkeypatch.setattr(app, "send_task", lambda name, kwargs, **_: told.append((name, kwargs)))
    count_searches.delay()
    assert told == [("treblle_etl.settle_search", {"rule": str(rule.uuid), "value": count})]


def test_a_saved_search_leads_to_its_rule(owner, people, project, alerts_of):
    search = project.saved_searches.create(user=people.owner, name="Refunds", query="path=refund")
    link = f"{alerts_of}rules/new/?search={search.uuid}"
    assert link in owner.get(f"/projects/{project.uuid}/requests/").content.decode()
    page = owner.get(link).content.decode()
    assert f'value="{search.uuid}" selected' in page


class Phones:
    """Takes what would go to Apple and Google: an operator's sender, by the protocol of `push`."""

    sent: ClassVar = []

    def send(self, device, message):
        if device.push_token == "void":
            raise DeviceGone("void")
        if device.push_token == "away":
            raise PushUnavailable("the service does not answer")
        self.sent.append((device.push_token, message))


@pytest.fixture
def phones(settings):
    settings.PUSH_SENDER = f"{__name__}.Phones"
    Phones.sent.clear()
    return Phones.sent


@pytest.fixture
def add_device():
    def add(user, token):
        return NotificationDevice.objects.create(
            user=user, platform="apns", push_token=token, push_token_digest=token
        )

    return add


def test_an_alert_goes_to_the_devices_of_the_team(
    project, people, phones, add_device, delivery_to, deliver
):
    channel = AlertChannel.make(project, kind="push", target="", name="")
    for user, token in ((people.owner, "a"), (people.viewer, "b"), (people.stranger, "c")):
        add_device(user, token)
    void = add_device(people.member, "void")
    delivery = delivery_to(channel)
    deliver(delivery)
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert sorted(token for token, _ in phones) == ["a", "b"]
    [(_, message), *_] = phones
    assert message.text == delivery.alert.message
    void.refresh_from_db()
    assert not void.is_enabled


def test_a_push_service_that_is_away_is_asked_again(
    project, people, phones, add_device, delivery_to, deliver
):
    add_device(people.owner, "away")
    delivery = delivery_to(AlertChannel.make(project, kind="push", target="", name=""))
    deliver(delivery)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.error) == ("pending", "the service does not answer")
    assert delivery.next_attempt_at


def test_push_is_offered_only_where_somebody_sends_it(
    owner, people, alerts_of, add_device, settings
):
    assert "Add Push message" not in owner.get(f"{alerts_of}channels/").content.decode()
    assert owner.get(f"{alerts_of}channels/new/push/").status_code == 404
    settings.PUSH_SENDER = f"{__name__}.Phones"
    Phones.sent.clear()
    assert "Add Push message" in owner.get(f"{alerts_of}channels/").content.decode()
    page = owner.post(f"{alerts_of}channels/new/push/", {"name": ""}, follow=True)
    assert "Push message: devices of the team" in page.content.decode()
    add_device(people.owner, "a")
    channel = AlertChannel.objects.get(kind="push")
    tried = owner.post(f"{alerts_of}channels/{channel.uuid}/test/", follow=True)
    assert "It went to the devices of the team." in tried.content.decode()
