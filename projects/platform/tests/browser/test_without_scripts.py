"""With scripts off what needs none still works: only what is live stands still."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.models import Comment, Environment, Project, ProjectHour

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"


@pytest.fixture
def page(browser):
    """A window in which no script runs."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_from_sign_up_to_ones_own_snippet(page, platform_url, transactional_db):
    page.goto(platform_url)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Name").fill("My API")
    page.get_by_role("button", name="Create project").click()
    page.get_by_text("Flask", exact=True).click()
    page.get_by_role("button", name="Remember").click()
    expect(page.get_by_role("radio", name="Flask")).to_be_checked()
    mine = Project.objects.get(name="My API")
    assert mine.framework == "flask"
    expect(page.locator("#flask-code")).to_contain_text(mine.custom_id)
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_requests_are_found_read_and_talked_about(
    page, platform_url, enter, people, project, add_request
):
    enter(page, people.owner)
    add_request(path="/fine")
    add_request(path="/broken", status=500)
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    expect(page.locator("#requests tr")).to_have_count(2)
    page.get_by_role("search").get_by_label("Status").select_option("5xx")
    page.locator("#filters > .primary").click()
    expect(page.locator("#requests tr")).to_have_count(1)
    page.get_by_role("link", name="/broken").click()
    page.get_by_label("Add a comment").fill("Seen before")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_text("Seen before")).to_be_visible()
    assert Comment.objects.get().text == "Seen before"


def test_numbers_and_settings_are_there(page, platform_url, enter, people, project):
    enter(page, people.owner)
    now = timezone.now()
    project.first_request_at = now
    project.save()
    hour = now.replace(minute=0, second=0, microsecond=0)
    ProjectHour.objects.create(project=project, bucket=hour, requests=1234)
    Environment.objects.create(project=project, name="staging")
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    expect(page.locator("[data-figure=requests]")).to_have_text("1,234")
    page.get_by_label("Environment").last.select_option("staging")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("environment=staging"))
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Name").fill("Books")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert Project.objects.get(pk=project.pk).name == "Books"
    page.get_by_role("link", name="Search everything").click()
    page.get_by_role("searchbox").fill("Books")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Books")
