"""The list of projects, a new one, and its onboarding."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from treblle_models.histogram import Histogram
from treblle_models.models import Project, ProjectHour, ProjectScore


def test_someone_new_is_told_how_to_begin(people, client):
    client.force_login(people.stranger)
    page = client.get("/projects/").content.decode()
    assert "Watch your first API" in page
    assert "/projects/new/" in page


def test_the_list_has_own_and_shared_projects_and_no_others(project, people):
    people.stranger.projects.create(name="Not for others")
    for user, marked in ((people.owner, False), (people.viewer, True)):
        browser = Client()
        browser.force_login(user)
        page = browser.get("/projects/").content.decode()
        assert "Bookshop API" in page
        assert "Not for others" not in page
        assert ("Shared with you" in page) is marked


def test_a_card_shows_the_last_24_hours(owner, project):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    project.first_request_at = now
    project.save()
    for hours, requests in ((0, 150), (23, 50), (24, 9999)):
        ProjectHour.objects.create(
            project=project,
            bucket=now - timedelta(hours=hours),
            requests=requests,
            client_errors=4 if hours == 0 else 0,
            server_errors=1 if hours == 23 else 0,
        )
    answer = owner.get("/projects/")
    [card] = answer.context["cards"]
    assert (card.requests, card.errors, card.error_rate) == (200, 5, 0.025)
    assert (card.hourly[0], card.hourly[-1]) == (50, 150)
    page = answer.content.decode()
    assert "2.5%" in page
    assert page.count('width="8"') == 2


def test_a_project_is_made_with_its_own_keys_and_leads_to_its_set_up(owner, people):
    answer = owner.post("/projects/new/", {"name": "Warehouse API"}, follow=True)
    project = Project.objects.get(user=people.owner, name="Warehouse API")
    assert answer.redirect_chain == [(f"/projects/{project.uuid}/setup/", 302)]
    assert project.custom_id in answer.content.decode()


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "a\u202eb"])
def test_a_name_that_does_not_do_is_refused_with_a_reason(owner, name):
    answer = owner.post("/projects/new/", {"name": name})
    assert answer.status_code == 400
    assert 'class="errors"' in answer.content.decode()
    assert not Project.objects.exists()


def test_the_snippets_carry_the_visitors_own_keys(project, people, settings):
    for user in (people.owner, people.member):
        browser = Client()
        browser.force_login(user)
        page = browser.get(f"/projects/{project.uuid}/setup/").content.decode()
        assert f'"SDK_TOKEN": "{user.api_key}"' in page
        assert f'"API_KEY": "{project.custom_id}"' in page
        assert f'apiKey: "{user.api_key}"' in page
        assert f'projectId: "{project.custom_id}"' in page
        assert f"curl {settings.INTAKE_URL}" in page
        others = {people.owner.api_key, people.member.api_key} - {user.api_key}
        assert not any(key in page for key in others)


def test_onboarding_waits_until_the_first_request_is_there(owner, project):
    url = f"/projects/{project.uuid}/setup/"
    assert 'data-arrived="no"' in owner.get(url).content.decode()
    project.first_request_at = timezone.now()
    project.save()
    page = owner.get(url).content.decode()
    assert 'data-arrived="yes"' in page
    assert f"/projects/{project.uuid}/requests/" in page


def test_a_card_tells_what_changed_since_yesterday(owner, project, problem):
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    project.first_request_at = now - timedelta(days=30)
    project.save()
    for bucket, requests, errors, load_times in (
        (hour, 30, 3, [100.0] * 30),
        (hour - timedelta(hours=24), 20, 0, [5.0] * 20),
    ):
        ProjectHour.objects.create(
            project=project,
            bucket=bucket,
            requests=requests,
            server_errors=errors,
            load_times=Histogram(load_times).to_bytes(),
        )
    ProjectScore.objects.create(project=project, bucket=hour, stage="run_time", value=84)
    type(problem).objects.update(first_seen_at=now)
    page = owner.get("/projects/").content.decode()
    for shown in ("+50%", "10%", 'data-grade="B"', "1 new problem"):
        assert shown in page
