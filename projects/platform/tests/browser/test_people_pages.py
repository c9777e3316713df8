"""What people do together: teams, comments, shared links, collections, the catalog."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect
from treblle_models.models import Collection, ProjectMember

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"


@pytest.fixture
def colleague(somebody_else, people, enter):
    """Another window, in which a viewer of the project is logged in."""
    enter(somebody_else, people.viewer)
    return somebody_else


def test_who_is_invited_signs_up_and_accepts(
    page_on_each_screen, somebody_else, platform_url, project, work
):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/team/")
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Role", exact=True).select_option("Viewer")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("An invitation is on its way to ana@example.com.")).to_be_visible()
    work()
    [invitation] = mail.outbox
    somebody_else.goto(re.search(rf"{platform_url}/invitations/\S+", invitation.body)[0])
    somebody_else.get_by_role("link", name="Create an account").click()
    somebody_else.get_by_label("Email").fill("ana@example.com")
    somebody_else.get_by_label("Password").fill(PASSWORD)
    somebody_else.get_by_role("button", name="Create account").click()
    expect(somebody_else.get_by_role("heading", name="Join Bookshop API")).to_be_visible()
    somebody_else.get_by_role("button", name="Accept the invitation").click()
    expect(somebody_else.get_by_text("Welcome to Bookshop API.")).to_be_visible()
    page.reload()
    row = page.get_by_role("listitem").filter(has_text="ana@example.com")
    expect(row).not_to_contain_text("Invited")
    row.get_by_role("button", name="Remove ana@example.com").click()
    expect(page.get_by_text("ana@example.com is no longer in the team.")).to_be_visible()
    assert not ProjectMember.objects.filter(email="ana@example.com").exists()


def test_a_comment_with_a_name_in_it_reaches_who_is_named(
    page_on_each_screen, colleague, platform_url, project, add_request, work
):
    page = page_on_each_screen
    found = add_request(path="/broken", status=500)
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/{found.uuid}/")
    page.get_by_label("Add a comment").fill("Do you know this one? ")
    page.get_by_role("button", name="@viewer@example.com").click()
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment-text")).to_contain_text("Do you know this one? @viewer@")
    work()
    [told] = [each for each in mail.outbox if each.to == ["viewer@example.com"]]
    colleague.goto(re.search(rf"{platform_url}/projects/\S+", told.body)[0])
    expect(colleague.locator(".comment-text")).to_contain_text("Do you know this one?")


def test_an_outsider_sees_what_a_link_shares_until_it_is_closed(
    page_on_each_screen, somebody_else, platform_url, project, add_request
):
    page, outsider = page_on_each_screen, somebody_else
    found = add_request(path="/broken", status=500, ip="203.0.113.9")
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/{found.uuid}/")
    page.get_by_label("Open for").select_option("1 hour")
    page.get_by_role("button", name="Make a link").click()
    outsider.goto(page.get_by_label("The new link").input_value())
    expect(outsider.get_by_role("heading", name="/broken")).to_be_visible()
    expect(outsider.get_by_text("203.0.113.9")).to_have_count(0)
    expect(outsider.locator(f"a[href*='{project.uuid}']")).to_have_count(0)
    page.get_by_role("button", name="Close", exact=True).click()
    outsider.reload()
    expect(outsider.get_by_role("heading", name="/broken")).to_have_count(0)


def test_a_collection_is_filled_shared_and_its_views_counted(
    page_on_each_screen, colleague, platform_url, project, add_request
):
    page = page_on_each_screen
    kept = add_request(path="/kept", status=404)
    page.goto(f"{platform_url}/collections/")
    page.get_by_role("button", name="New collection").click()
    page.get_by_label("Name").fill("Failures to talk about")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Nothing in it yet")).to_be_visible()
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/{kept.uuid}/#keep")
    page.get_by_label("Note").fill("As it should look")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Kept in “Failures to talk about”.")).to_be_visible()
    colleague.goto(f"{platform_url}/collections/")
    colleague.get_by_role("link", name="Failures to talk about").click()
    expect(colleague.get_by_text("As it should look")).to_be_visible()
    expect(colleague.get_by_text("opened 2 times")).to_be_visible()
    expect(colleague.get_by_role("button", name="Change")).to_have_count(0)
    colleague.get_by_role("link", name="/kept").click()
    expect(colleague.get_by_role("heading", name="/kept")).to_be_visible()
    page.goto(f"{platform_url}/collections/{Collection.objects.get().uuid}/")
    page.get_by_role("button", name="Remove from the collection").click()
    expect(page.get_by_text("Nothing in it yet")).to_be_visible()


def test_the_catalog_is_described_searched_and_followed(
    page_on_each_screen, colleague, platform_url, project
):
    page = page_on_each_screen
    page.goto(f"{platform_url}/catalog/")
    page.get_by_role("link", name="Describe Bookshop API").click()
    page.get_by_label("What it does").fill("Books, and who buys them")
    page.get_by_label("Category").fill("Commerce")
    page.get_by_label("Tags").fill("public, mobile")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The catalog now says so of Bookshop API.")).to_be_visible()
    colleague.goto(f"{platform_url}/catalog/")
    colleague.get_by_role("link", name="mobile").click()
    expect(colleague).to_have_url(re.compile(r"tag=mobile"))
    expect(colleague.get_by_text("Books, and who buys them")).to_be_visible()
    colleague.get_by_role("button", name="Follow Bookshop API").click()
    expect(
        colleague.get_by_role("button", name="Do not follow Bookshop API any more")
    ).to_be_visible()
    expect(colleague.get_by_role("link", name="Describe Bookshop API")).to_have_count(0)
    colleague.goto(f"{platform_url}/catalog/?q=nothing-is-called-so")
    expect(colleague.get_by_text("No API like that")).to_be_visible()
