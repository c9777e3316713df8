"""The frame around every page: its navigation on desktop and phone, its components under axe."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_components_of_all_pages_are_accessible(
    logged_in, people, platform_url, assert_accessible
):
    people.owner.is_staff = True
    people.owner.save()
    assert_accessible(f"{platform_url}/components/")


def test_on_a_phone_the_navigation_is_a_drawer_and_works_by_keyboard(
    logged_in, platform_url, project
):
    page = logged_in
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    requests = page.get_by_role("link", name="Requests", exact=True)
    expect(requests).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")
    expect(requests).to_be_visible()
    page.keyboard.press("Escape")
    expect(requests).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")
    requests.click()
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()


def test_on_a_desktop_the_pages_of_a_project_are_always_at_hand(logged_in, platform_url, project):
    page = logged_in
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    here = page.get_by_role("link", name="Dashboard", exact=True)
    expect(here).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Your account").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
