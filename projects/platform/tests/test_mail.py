"""Mail is sent once, and again where the mail server was away, but not for ever; one can leave it."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Email,
    EmailPreference,
    Problem,
    ProjectHour,
    Subscription,
    UsageMonth,
)
from treblle_models.models.billing import Plan
from treblle_platform.mail import outbox
from treblle_platform.mail.backend import QueueingBackend
from treblle_platform.mail.messages import to_queue
from treblle_platform.mail.tasks import (
    LONGEST_RETRY_S,
    MAX_RETRIES,
    delay_s,
    send_digests,
    send_limit_mails,
)

pytestmark = pytest.mark.django_db(transaction=True)


class UnreliableBackend(EmailBackend):
    """A mail server that hangs up a number of times before it takes anything."""

    failures_left = 0

    def send_messages(self, messages):
        if UnreliableBackend.failures_left:
            UnreliableBackend.failures_left -= 1
            raise SMTPServerDisconnected("gone")
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def sending(settings, worker_at_once):
    settings.MAIL_DELIVERY_BACKEND = f"{__name__}.UnreliableBackend"


@pytest.fixture
def message():
    message = EmailMultiAlternatives(
        "Hello",
        "Text",
        "Treblle <hello@treblle.example>",
        ["ana@example.com"],
        cc=["b@example.com"],
    )
    message.attach_alternative("<p>Text</p>", "text/html")
    return message


def enqueue(message, key="test/1"):
    return outbox.enqueue(to_queue(message), kind="test", dedupe_key=key)


def test_a_mail_arrives_as_it_was_written(message):
    enqueue(message)
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.to, sent.cc) == (
        "Hello",
        "Text",
        ["ana@example.com"],
        ["b@example.com"],
    )
    assert parseaddr(sent.from_email)[1] == "hello@treblle.example"
    assert [tuple(pair) for pair in sent.alternatives] == [("<p>Text</p>", "text/html")]
    row = Email.objects.get()
    assert (row.progress, row.recipient, row.attempts) == ("done", "ana@example.com", 1)


def test_the_same_is_never_sent_twice(message):
    assert enqueue(message)
    assert not enqueue(message)
    assert len(mail.outbox) == 1


def test_a_task_that_comes_twice_sends_one_mail(message):
    from treblle_platform.mail.tasks import send_mail

    enqueue(message)
    send_mail.delay(mail=to_queue(message), email=str(Email.objects.get().uuid))
    assert len(mail.outbox) == 1


def test_a_mail_that_was_lost_with_the_queue_may_go_again(message, monkeypatch):
    from treblle_platform.mail.tasks import send_mail

    with monkeypatch.context() as patch:
        patch.setattr(send_mail, "apply_async", lambda **_: None)
        enqueue(message)
    assert not enqueue(message)
    Email.objects.update(updated_at=datetime.now(UTC) - outbox.LOST_AFTER - timedelta(minutes=1))
    assert enqueue(message)
    assert len(mail.outbox) == 1


def test_a_mail_server_that_was_away_gets_the_mail_later(message):
    UnreliableBackend.failures_left = MAX_RETRIES
    enqueue(message)
    assert len(mail.outbox) == 1


def test_a_mail_server_that_stays_away_is_not_asked_for_ever(message):
    UnreliableBackend.failures_left = 1000
    enqueue(message)
    assert UnreliableBackend.failures_left == 1000 - MAX_RETRIES - 1
    UnreliableBackend.failures_left = 0
    assert not mail.outbox
    assert Email.objects.get().progress == "failed"


def test_waits_grow_differ_and_end(message):
    assert 5 <= delay_s(0) <= 10
    assert all(delay_s(n) <= LONGEST_RETRY_S for n in range(30))
    assert len({delay_s(3) for _ in range(5)}) > 1


def test_a_mail_about_what_was_rolled_back_is_never_sent(message):
    with transaction.atomic():
        QueueingBackend().send_messages([message])
        transaction.set_rollback(True)
    assert not mail.outbox
    QueueingBackend().send_messages([message])
    assert len(mail.outbox) == 1


def test_an_attachment_is_refused_before_it_is_queued():
    message = EmailMessage("Hello", "Text", "a@example.com", ["b@example.com"])
    message.attach("a.txt", "text", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        to_queue(message)


# A Monday at 8 in the morning, UTC.
MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def a_week(project):
    """Traffic on Tuesday of the week before, and half of it the week before that."""
    for day, requests in (
        (datetime(2026, 3, 3, 12, tzinfo=UTC), 400),
        (datetime(2026, 2, 24, 12, tzinfo=UTC), 200),
    ):
        ProjectHour.objects.create(
            project=project,
            bucket=day,
            requests=requests,
            server_errors=requests // 100,
            load_times=Histogram([100.0] * requests).to_bytes(),
        )
    Problem.objects.create(
        project=project,
        fingerprint="1" * 64,
        kind="server_error",
        status=500,
        first_seen_at=datetime(2026, 3, 4, tzinfo=UTC),
        last_seen_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    return project


def send_digests_at(moment, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    send_digests.delay()


def test_the_digest_goes_out_on_monday_morning_once(a_week, people, monkeypatch):
    send_digests_at(MONDAY, monkeypatch)
    send_digests_at(MONDAY + timedelta(hours=1), monkeypatch)
    assert sorted(each.to[0] for each in mail.outbox) == sorted(
        [people.owner.email, people.member.email, people.viewer.email]
    )
    sent = next(each for each in mail.outbox if each.to == [people.owner.email])
    assert sent.subject == "Your APIs last week: 400 requests"
    assert "Bookshop API: 400 requests (+100% against the week before), 1% errors" in sent.body
    assert "1 new problem" in sent.body
    assert "Mon 0, Tue 400, Wed 0" in sent.body
    [picture] = sent.attachments
    assert picture["Content-ID"] == "<week>"
    assert picture.get_payload(decode=True).startswith(b"\x89PNG")


def test_monday_morning_is_where_the_reader_is(a_week, people, monkeypatch):
    people.owner.time_zone = "America/Los_Angeles"
    people.owner.save()
    send_digests_at(MONDAY, monkeypatch)
    assert people.owner.email not in {each.to[0] for each in mail.outbox}
    send_digests_at(MONDAY + timedelta(hours=7), monkeypatch)
    assert people.owner.email in {each.to[0] for each in mail.outbox}


def test_no_digest_on_other_days_nor_without_traffic(a_week, people, monkeypatch):
    send_digests_at(MONDAY + timedelta(days=1), monkeypatch)
    ProjectHour.objects.all().delete()
    send_digests_at(MONDAY, monkeypatch)
    assert not mail.outbox


def unsubscribe_link(sent):
    return sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://platform.test")


def test_one_click_leaves_the_digest_without_a_login(a_week, people, client, monkeypatch):
    send_digests_at(MONDAY, monkeypatch)
    sent = next(each for each in mail.outbox if each.to == [people.owner.email])
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe_link(sent) in sent.body
    asked = client.get(unsubscribe_link(sent))
    assert people.owner.email in asked.content.decode()
    assert outbox.is_wanted(people.owner, "digest")
    # As a mail program does it: a bare POST (RFC 8058, section 3.2).
    answer = client.post(unsubscribe_link(sent), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not outbox.is_wanted(people.owner, "digest")
    assert outbox.is_wanted(people.owner, "alert")
    mail.outbox.clear()
    send_digests_at(MONDAY + timedelta(days=7), monkeypatch)
    assert people.owner.email not in {each.to[0] for each in mail.outbox}
    client.post(unsubscribe_link(sent), {"again": "1"})
    assert outbox.is_wanted(people.owner, "digest")


def test_a_link_that_is_not_ours_leaves_nothing(client, people):
    assert client.post("/mail/unsubscribe/abc/").status_code == 404
    assert not EmailPreference.objects.exists()


def test_limits_are_told_once_each_to_the_owner(people, monkeypatch):
    now = datetime(2026, 3, 20, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    plan = Plan.objects.create(code="team", name="Team", monthly_requests=1_000_000)
    Subscription.objects.create(user=people.owner, plan=plan)
    usage = UsageMonth.objects.create(
        user=people.owner, month="2026-03-01", requests=800_000, warned_at=now
    )
    send_limit_mails.delay()
    send_limit_mails.delay()
    assert [each.subject for each in mail.outbox] == ["Your monthly requests run low"]
    assert "800,000 of the 1,000,000 requests in March 2026" in mail.outbox[0].body
    usage.limit_reached_at = now
    usage.save()
    send_limit_mails.delay()
    assert mail.outbox[1].subject == "Your monthly requests are used up"


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    settings.MAILBOX_IS_SHOWN = True


def test_mail_in_a_folder_is_read_in_the_platform(folder, a_week, owner, monkeypatch):
    send_digests_at(MONDAY, monkeypatch)
    page = owner.get("/mail/").content.decode()
    assert page.count("Your APIs last week: 400 requests") == 3
    name = re.search(r'href="/mail/([0-9a-f]+)/"', page)[1]
    assert "List-Unsubscribe-Post" in owner.get(f"/mail/{name}/").content.decode()
    html = owner.get(f"/mail/{name}/html/")
    assert 'src="data:image/png;base64,' in html.content.decode()
    policy = html["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "sandbox" in policy


def test_mail_of_others_is_no_page_unless_the_operator_says_so(folder, settings, owner):
    settings.MAILBOX_IS_SHOWN = False
    assert owner.get("/mail/").status_code == 404
