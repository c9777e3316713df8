"""`manage.py seed_demo`: the account that `make demo` logs in with."""

import json
import stat

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from treblle_models.models import AccessToken, Project, User

PASSWORD = "a long enough password"


def seed(capsys, **options):
    call_command("seed_demo", password=PASSWORD, **options)
    return json.loads(capsys.readouterr().out)


@pytest.mark.django_db
def test_the_account_can_be_used_by_page_and_by_token(capsys, client):
    account = seed(capsys)
    assert account["email"] == "demo@treblle.localhost"
    answer = client.post("/accounts/login/", {"login": account["email"], "password": PASSWORD})
    assert answer["Location"] == "/projects/"
    assert client.get(f"/projects/{account['project_uuid']}/").status_code == 200
    user = User.objects.get(api_key=account["api_key"])
    assert Project.objects.get(user=user).custom_id == account["project_id"]
    token = AccessToken.objects.find(account["api_token"])
    assert (token.user, token.scope) == (user, "write")
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.django_db
def test_again_it_changes_nothing_but_the_token(capsys):
    first, second = seed(capsys), seed(capsys)
    assert first.pop("api_token") != second.pop("api_token")
    assert first == second
    assert (User.objects.count(), Project.objects.count(), AccessToken.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_the_password_may_come_by_the_environment_and_the_answer_go_to_a_file(
    tmp_path, monkeypatch, client
):
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    file = tmp_path / "demo.json"
    call_command("seed_demo", email="ana@example.com", output=str(file))
    assert json.loads(file.read_text())["email"] == "ana@example.com"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_without_a_password_it_says_what_it_wants():
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("seed_demo")
