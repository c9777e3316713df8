"""Sign-up to first project, log-in and its limits, passwords and addresses, by mail that is queued."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from treblle_models.models import Project, User

PASSWORD = "a long enough password"


@pytest.fixture
def sending(settings, worker_at_once):
    """Mail goes through the queue as it does when it runs; the worker's part runs at once."""
    settings.EMAIL_BACKEND = "treblle_platform.mail.backend.QueueingBackend"
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


@pytest.mark.django_db
def test_from_sign_up_to_a_project_that_waits(client, sending, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            "/accounts/signup/",
            {"email": "Ana@Example.com", "password1": PASSWORD},
            follow=True,
        )
    assert "Watch your first API" in answer.content.decode()
    answer = client.post("/projects/new/", {"name": "My API"}, follow=True)
    user = User.objects.get(email="ana@example.com")
    page = answer.content.decode()
    assert "Waiting for your first request" in page
    assert user.api_key in page
    assert Project.objects.get(user=user).custom_id in page
    assert [message.to for message in mail.outbox] == [["ana@example.com"]]


@pytest.mark.django_db
def test_an_address_is_verified_by_the_link_in_the_mail(
    client, sending, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/signup/", {"email": "ana@example.com", "password1": PASSWORD})
    [message] = mail.outbox
    assert [mimetype for _, mimetype in message.alternatives] == ["text/html"]
    link = link_in(message)
    assert "Yes, confirm it" in client.get(link).content.decode()
    client.post(link)
    assert EmailAddress.objects.get(email="ana@example.com").verified


@pytest.mark.django_db
def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    client, people, sending, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/reset/", {"email": people.owner.email})
    answer = client.get(link_in(mail.outbox[0]), follow=True)
    url = answer.redirect_chain[-1][0]
    new = "another long password"
    client.post(url, {"password1": new, "password2": new})
    client.logout()
    answer = client.post("/accounts/login/", {"login": people.owner.email, "password": new})
    assert answer["Location"] == "/projects/"


def labels_of(answer):
    labels = re.findall(r"<label[^>]*>([^<]+)<", answer.content.decode())
    return labels + re.findall(r'placeholder="([^"]+)"', answer.content.decode())


def test_labels_are_in_sentence_case(client, people, sending, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/reset/", {"email": people.owner.email})
    answers = [client.get(link_in(mail.outbox[0]), follow=True)]
    visited = ("login", "signup", "password/reset")
    answers += [client.get(f"/accounts/{page}/") for page in visited]
    client.force_login(people.owner)
    answers += [client.get(f"/accounts/{page}/") for page in ("password/change", "email")]
    labels = [labels_of(answer) for answer in answers]
    assert all(labels)
    for label in (label for found in labels for label in found):
        first, *others = label.split()
        assert first[0].isupper(), label
        assert not any(word[0].isupper() for word in others), label


def test_a_reset_for_an_address_nobody_has_answers_the_same(client, people):
    answers = [
        client.post("/accounts/password/reset/", {"email": address})
        for address in (people.owner.email, "nobody@example.com")
    ]
    assert answers[0]["Location"] == answers[1]["Location"]


def test_log_in_does_not_mind_the_case_of_an_address_and_leads_on(client, people, project):
    url = f"/projects/{project.uuid}/"
    answer = client.post(
        f"/accounts/login/?next={url}",
        {"login": people.owner.email.upper(), "password": PASSWORD, "next": url},
    )
    assert answer["Location"] == url


def test_log_in_never_leads_to_another_site(client, people):
    answer = client.post(
        "/accounts/login/",
        {"login": people.owner.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/projects/"


def test_guessing_passwords_comes_to_an_end(client, people):
    for _ in range(5):
        client.post("/accounts/login/", {"login": people.owner.email, "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": people.owner.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


@pytest.mark.parametrize("password", ["short", "password1234567890", "password"])
def test_a_weak_password_is_refused(client, db, password):
    fields = {"email": "password1234567890@example.com", "password1": password}
    assert 'class="errors"' in client.post("/accounts/signup/", fields).content.decode()
    assert not User.objects.exists()


def test_log_out_ends_the_session(owner):
    assert owner.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert owner.get("/projects/").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/"],
)
def test_pages_for_the_logged_out_are_ours(client, db, path):
    page = client.get(f"/accounts/{path}").content.decode()
    assert "platform/base.css" in page


@pytest.mark.parametrize("path", ["email/", "password/change/", "logout/"])
def test_pages_about_the_account_are_ours(owner, path):
    page = owner.get(f"/accounts/{path}").content.decode()
    assert "platform/base.css" in page


@pytest.mark.parametrize(("told", "taken"), [("Europe/Zagreb", "Europe/Zagreb"), ("x/y", "UTC")])
@pytest.mark.django_db
def test_an_account_begins_in_the_browsers_time_zone(client, told, taken):
    client.cookies["time_zone"] = told
    client.post("/accounts/signup/", {"email": "ana@example.com", "password1": PASSWORD})
    assert User.objects.get(email="ana@example.com").time_zone == taken
