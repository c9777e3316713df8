"""`manage.py seed_demo` and `seed_history`: what `make demo` logs in with, and its past."""

import json
import stat
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone
from treblle_models.histogram import Histogram
from treblle_models.models import (
    AccessToken,
    Customer,
    DimensionDay,
    EndpointDay,
    Problem,
    Project,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
    ProjectScore,
    Request,
    User,
)

from demo.visitors import CUSTOMERS

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


@pytest.fixture
def seeded(capsys, settings, details_url):
    """The demo's project, whose first live requests came just now."""
    settings.DETAILS_STORE_URL = details_url
    project = Project.objects.get(uuid=seed(capsys)["project_uuid"])
    now = timezone.now()
    times = Histogram([0.2] * 5).to_bytes()
    for model, parts in ((ProjectHour, {"minute": 0}), (ProjectDay, {"minute": 0, "hour": 0})):
        bucket = now.replace(second=0, microsecond=0, **parts)
        model.objects.create(project=project, bucket=bucket, requests=5, load_times=times)
    return project


def past(project):
    call_command("seed_history", email=project.user.email)


@pytest.mark.django_db
def test_the_past_fills_long_charts_and_adds_to_what_came_live(seeded, client, capsys):
    past(seeded)
    days = ProjectDay.objects.filter(project=seeded).order_by("bucket")
    assert days.count() == 91
    counted = days.aggregate(n=Sum("requests"))["n"]
    hours = ProjectHour.objects.filter(project=seeded)
    newest = days.filter(bucket__gte=hours.earliest("bucket").bucket)
    of_days = newest.aggregate(n=Sum("requests"))["n"]
    assert hours.aggregate(n=Sum("requests"))["n"] == of_days > 1_000_000
    by_endpoint = EndpointDay.objects.filter(project=seeded).aggregate(n=Sum("requests"))["n"]
    assert by_endpoint == counted - 5
    assert all(day.histogram().count == day.requests for day in days)
    agents = DimensionDay.objects.filter(project=seeded, dimension="agent_kind")
    assert agents.aggregate(n=Sum("requests"))["n"] == pytest.approx(counted, rel=0.1)
    now = timezone.now()
    assert ProjectMinute.objects.filter(bucket__gt=now - timedelta(hours=1)).count() >= 55
    assert ProjectScore.objects.filter(project=seeded, stage="run_time").count() == 90
    call_command("seed_history", email=seeded.user.email)
    assert "already" in capsys.readouterr().out
    assert days.aggregate(n=Sum("requests"))["n"] == counted


@pytest.mark.django_db
def test_the_past_can_be_looked_into(seeded, client):
    past(seeded)
    client.force_login(seeded.user)
    found = Request.objects.filter(project=seeded).newest_first()[0]
    page = client.get(f"/projects/{seeded.uuid}/requests/{found.uuid}/").content.decode()
    assert found.path in page
    assert "Headers and bodies are gone" not in page
    for problem in Problem.objects.filter(project=seeded, state="open"):
        assert Request.objects.filter(uuid=problem.request_uuid, problem=problem).exists()
    named = Customer.objects.filter(project=seeded).values_list("external_id", flat=True)
    assert set(named) == set(CUSTOMERS)


@pytest.mark.django_db
def test_without_the_account_there_is_no_past(db):
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("seed_history", email="nobody@example.com")
