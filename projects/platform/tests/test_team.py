"""Teams: invited by mail, joined by who was meant, with roles that the owner gives."""

import re
from urllib.parse import unquote

import pytest
from django.core import mail, signing
from django.test import Client
from treblle_models.models import AuditEntry, Plan, ProjectMember, User
from treblle_platform.team import operations

PASSWORD = "a long enough password"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sending(settings, worker_at_once):
    settings.EMAIL_BACKEND = "treblle_platform.mail.backend.QueueingBackend"
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def team_of(project):
    return f"/projects/{project.uuid}/team/"


def invitation_link(message):
    return re.search(r"http://platform\.test(/invitations/\S+)", message.body)[1]


def test_from_invitation_to_the_project(owner, team_of, project):
    page = owner.post(
        f"{team_of}invite/", {"email": "Ana@Example.com", "role": "viewer"}, follow=True
    )
    assert "An invitation is on its way to ana@example.com." in page.content.decode()
    [sent] = mail.outbox
    assert sent.to == ["ana@example.com"]
    assert "owner@example.com invites you to Bookshop API" in sent.subject
    link = invitation_link(sent)
    newcomer = Client()
    asked = newcomer.get(link)
    assert unquote(asked["Location"]) == f"/accounts/login/?next={link}"
    newcomer.post(
        "/accounts/signup/", {"email": "ana@example.com", "password1": PASSWORD, "next": link}
    )
    assert "Join Bookshop API" in newcomer.get(link).content.decode()
    newcomer.post(link)
    member = ProjectMember.objects.get(email="ana@example.com")
    assert (member.status, member.role) == ("active", "viewer")
    assert member.user == User.objects.get(email="ana@example.com")
    assert newcomer.get(f"/projects/{project.uuid}/").status_code == 200
    assert newcomer.get(f"/projects/{project.uuid}/setup/").status_code == 403
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"member.invited", "member.joined"} <= actions


def test_an_invitation_is_for_whom_it_was_written(owner, team_of, people, project):
    owner.post(f"{team_of}invite/", {"email": "ana@example.com", "role": "member"})
    other = Client()
    other.force_login(people.stranger)
    link = invitation_link(mail.outbox[0])
    page = other.post(link).content.decode()
    assert "This invitation is for ana@example.com" in page
    assert "Bookshop" not in page
    assert other.get(f"/projects/{project.uuid}/").status_code == 404


def test_an_invitation_taken_back_or_forged_opens_nothing(owner, team_of, people):
    owner.post(f"{team_of}invite/", {"email": people.stranger.email, "role": "member"})
    member = ProjectMember.objects.get(email=people.stranger.email)
    owner.post(f"{team_of}{member.uuid}/remove/")
    other = Client()
    other.force_login(people.stranger)
    forged = signing.dumps(str(member.uuid), salt="something else")
    for link in (invitation_link(mail.outbox[0]), f"/invitations/{forged}/"):
        assert "no longer holds" in other.get(link).content.decode()


def test_an_old_invitation_no_longer_holds(owner, team_of, people, monkeypatch):
    owner.post(f"{team_of}invite/", {"email": people.stranger.email, "role": "member"})
    monkeypatch.setattr(operations, "INVITATION_HOLDS", operations.timedelta(seconds=-1))
    other = Client()
    other.force_login(people.stranger)
    assert other.get(invitation_link(mail.outbox[0])).status_code == 404


@pytest.mark.parametrize("email", ["owner@example.com", "member@example.com", "nonsense"])
def test_who_is_there_or_nobody_is_not_invited(owner, team_of, email):
    answer = owner.post(f"{team_of}invite/", {"email": email, "role": "member"})
    assert answer.status_code == 400
    assert not mail.outbox


def test_an_invitation_is_sent_again_once_an_hour(owner, team_of):
    owner.post(f"{team_of}invite/", {"email": "ana@example.com", "role": "member"})
    member = ProjectMember.objects.get(email="ana@example.com")
    page = owner.post(f"{team_of}{member.uuid}/again/", follow=True).content.decode()
    assert "was written to within this hour" in page
    assert len(mail.outbox) == 1


def test_the_owner_gives_roles_and_takes_people_out(owner, team_of, people, project):
    member = project.members.get(user=people.member)
    owner.post(f"{team_of}{member.uuid}/role/", {"role": "viewer"})
    browser = Client()
    browser.force_login(people.member)
    assert browser.get(f"/projects/{project.uuid}/setup/").status_code == 403
    owner.post(f"{team_of}{member.uuid}/remove/")
    assert browser.get(f"/projects/{project.uuid}/").status_code == 404


def test_a_member_leaves(people, team_of, project):
    browser = Client()
    browser.force_login(people.member)
    browser.post(f"{team_of}leave/")
    assert browser.get(f"/projects/{project.uuid}/").status_code == 404


def test_a_plan_holds_so_many_members_and_says_the_way_out(owner, team_of, project):
    there = project.members.count()
    Plan.objects.create(code="free", name="Free", max_members=there + 1)
    first, second = (
        owner.post(f"{team_of}invite/", {"email": email, "role": "viewer"}, follow=True)
        for email in ("ana@example.com", "bo@example.com")
    )
    assert "An invitation is on its way to ana@example.com." in first.content.decode()
    assert "A larger plan takes more." in second.content.decode()
    assert project.members.count() == there + 1


def test_invitations_have_a_limit(owner, team_of):
    for number in range(31):
        answer = owner.post(
            f"{team_of}invite/", {"email": f"p{number}@example.com", "role": "viewer"}
        )
    assert answer.status_code == 429
    assert len(mail.outbox) == 30
