"""The contact form: what people send arrives, what robots send does not."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail, signing
from django.test import Client
from django.utils import timezone
from treblle_website import spam, visitors
from wagtail.contrib.forms.models import FormSubmission

PATH = "/contact/"


@pytest.fixture
def stamped(home, monkeypatch):
    """What a person sends a minute after the form was shown; fields can be changed."""
    page = BeautifulSoup(Client().get(PATH).content, "html.parser")
    fields = {tag["name"]: "" for tag in page.select("form [name]")}
    made = page.select_one(f"input[name={spam.STAMP}]")["value"]
    later = (timezone.now() + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: later)
    return fields | {
        "your_name": "Nora",
        "email": "nora@example.com",
        "message": "Does it read uploads?",
        spam.STAMP: made,
    }


def test_a_message_is_kept_and_mailed_to_the_operator(stamped, settings):
    response = Client().post(PATH, stamped)
    assert "We read everything" in response.content.decode()
    assert FormSubmission.objects.get().form_data["message"] == "Does it read uploads?"
    [sent] = mail.outbox
    assert "nora@example.com" in sent.body
    assert response.cookies == {}


def test_in_german_fields_errors_answer_and_mail_are_german(stamped):
    form = BeautifulSoup(Client().get("/de/kontakt/").content, "html.parser").form
    labels = [label.find(string=True).strip() for label in form.select(".field label")]
    assert labels == ["Ihr Name", "E-Mail", "Firma", "Nachricht"]
    wrong = Client().post("/de/kontakt/", stamped | {"email": "nora", "message": ""})
    page = BeautifulSoup(wrong.content, "html.parser")
    assert "Bitte sehen Sie sich an, was markiert ist" in page.select_one("[role=alert]").get_text()
    assert [link.get_text() for link in page.select("[role=alert] a")] == ["E-Mail", "Nachricht"]
    told = page.select_one(f"#{page.find(id='id_message')['aria-describedby']}").get_text()
    assert told.startswith("Dieses Feld")
    fast = Client().post("/de/kontakt/", stamped | {spam.STAMP: spam.stamp()})
    assert "Das ging schnell" in fast.content.decode()
    assert "Wir lesen alles" in Client().post("/de/kontakt/", stamped).content.decode()
    [sent] = mail.outbox
    assert sent.subject == "Eine Nachricht von der Website"
    assert "Nachricht: Does it read uploads?" in sent.body


def test_the_trap_catches_robots_and_tells_them_nothing(stamped):
    response = Client().post(PATH, stamped | {spam.TRAP: "https://casino.example"})
    assert response.status_code == 200
    assert not FormSubmission.objects.exists()
    assert mail.outbox == []


def test_a_form_without_a_true_stamp_is_spam(stamped):
    Client().post(PATH, stamped | {spam.STAMP: "made:up"})
    assert not FormSubmission.objects.exists()


def test_who_is_faster_than_people_is_asked_again(stamped):
    response = Client().post(PATH, stamped | {spam.STAMP: spam.stamp()})
    assert response.status_code == 400
    page = BeautifulSoup(response.content, "html.parser")
    assert "look it over" in page.select_one("[role=alert]").get_text()
    assert page.select_one("[name=message]").get_text(strip=True) == "Does it read uploads?"
    assert not FormSubmission.objects.exists()


def test_one_address_may_send_a_few_messages_an_hour(stamped):
    for _ in range(spam.MESSAGES_AN_HOUR):
        assert Client().post(PATH, stamped).status_code == 200
    assert Client().post(PATH, stamped).status_code == 429
    assert FormSubmission.objects.count() == spam.MESSAGES_AN_HOUR


def test_the_visitor_is_known_behind_our_own_proxies_only(rf, settings):
    request = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert visitors.address(request) == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert visitors.address(request) == "198.51.100.7"


def test_what_is_missing_is_said_at_its_field(stamped):
    response = Client().post(PATH, stamped | {"email": "nora"})
    errors = BeautifulSoup(response.content, "html.parser").select(".form-error")
    assert [re.search("email", error.get_text()) is not None for error in errors] == [True]


def test_a_message_survives_a_mail_server_that_is_away(stamped, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert Client().post(PATH, stamped).status_code == 200
    assert FormSubmission.objects.exists()
