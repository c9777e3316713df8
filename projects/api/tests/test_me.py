"""What users change about themselves, their key, and the end of the account."""

import pytest
from allauth.account.models import EmailAddress
from treblle_models.models import AuditEntry, Erasure, Project, User
from treblle_platform.privacy.operations import take_up

from projects.api.tests.conftest import verified


@pytest.fixture
def ada(make_user, counting_cache):
    return make_user("ada")


def test_the_profile_changes_and_the_log_says_so(ada, as_user):
    answer = as_user(ada).patch("/v1/me", {"name": "Ada L.", "time_zone": "Europe/Amsterdam"})
    assert (answer.json()["name"], answer.json()["time_zone"]) == ("Ada L.", "Europe/Amsterdam")
    entry = AuditEntry.objects.get(action="profile.changed")
    assert entry.changes["time_zone"] == ["UTC", "Europe/Amsterdam"]
    wrong = as_user(ada).patch("/v1/me", {"time_zone": "Moon/Crater"})
    assert set(wrong.json()["errors"]) == {"time_zone"}


def test_a_rotated_key_leaves_the_old_one_its_grace(ada, as_user):
    client, old = as_user(ada), ada.api_key
    assert client.get("/v1/me/api-key").json()["api_key"] == old
    rotated = client.post("/v1/me/api-key/rotate", {"grace_hours": 2}).json()
    ada.refresh_from_db()
    assert rotated["api_key"] == ada.api_key != old
    assert ada.previous_api_key == old
    assert rotated["previous_expires_at"]
    assert AuditEntry.objects.get(user=ada).action == "key.rotated"
    client.post("/v1/me/api-key/rotate", {"grace_hours": 0})
    ada.refresh_from_db()
    assert (ada.previous_api_key, ada.previous_api_key_expires_at) == ("", None)


def test_an_account_ends_at_once_and_the_platform_erases_the_rest(
    ada, as_user, password, sent, django_capture_on_commit_callbacks
):
    Project.objects.create(user=ada, name="Shop")
    client, other = as_user(ada), as_user(ada)
    assert client.post("/v1/me/erasure", {"password": "wrong"}).status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/v1/me/erasure", {"password": password})
    assert (answer.status_code, answer.json()["subject"]) == (202, "account")
    assert other.get("/v1/me").status_code == 401
    erasure = Erasure.objects.get()
    arguments = {"erasure": str(erasure.uuid)}
    assert sent == [("treblle_platform.take_up_erasure", "platform", arguments)]
    take_up(erasure)
    assert not User.objects.filter(pk=ada.pk).exists()
    assert not Project.objects.filter(user_id=ada.pk).exists()
    take_up(erasure)


def test_a_project_is_deleted_by_the_platform(
    people, as_user, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(people.owner).ask("DELETE", f"/v1/projects/{people.project.uuid}")
    assert answer.status_code == 202
    assert len(sent) == 1
    take_up(Erasure.objects.get())
    assert not Project.objects.filter(pk=people.project.pk).exists()


def test_an_invitation_is_mailed_by_the_platform_and_taken_here(
    people, as_user, sent, counting_cache, django_capture_on_commit_callbacks
):
    path = f"/v1/projects/{people.project.uuid}/invitations"
    owner, stranger = as_user(people.owner), as_user(people.stranger)
    given = {"email": "Stranger@Example.com", "role": "member"}
    with django_capture_on_commit_callbacks(execute=True):
        made = owner.post(path, given)
    assert made.status_code == 201
    assert sent[0][:2] == ("treblle_platform.send_invitation", "platform")
    assert owner.post(path, given).status_code == 400
    assert stranger.get("/v1/invitations").json()["results"] == [], "the address is not proven"
    verified(people.stranger)
    found = stranger.get("/v1/invitations").json()["results"]
    assert [each["project"]["name"] for each in found] == ["Shop"]
    assert stranger.post(f"/v1/invitations/{found[0]['uuid']}/accept").status_code == 204
    assert stranger.get(f"/v1/projects/{people.project.uuid}").json()["role"] == "member"
    members = owner.get(f"/v1/projects/{people.project.uuid}/members?expand=user").json()
    assert "stranger" in {each["user"]["name"] for each in members["results"]}


def test_an_address_that_is_not_verified_takes_no_invitation(people, as_user):
    EmailAddress.objects.create(user=people.invited, email=people.invited.email, verified=False)
    assert as_user(people.invited).get("/v1/invitations").json()["results"] == []
