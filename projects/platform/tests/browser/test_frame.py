"""The frame around every page: its navigation on desktop and phone, its components under axe."""

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import WIDER_THAN_THE_SCREEN, violations

# In the page: the name of what has the focus, and whether one sees that it has.
FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return {
    name: (at.getAttribute("aria-label") || at.innerText).trim(),
    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
  };
}"""
# In the page: what an animation or a transition moves for longer than an eye sees.
MOVING = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime > 50)
  .map((each) => each.effect.target.outerHTML.slice(0, 80))"""

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


def test_by_keyboard_the_first_thing_leads_past_the_frame_and_focus_is_seen(
    logged_in, platform_url, project
):
    page = logged_in
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if reached[-1]["name"].startswith("Requests"):
            break
    assert all(each["outline"] for each in reached), reached
    assert reached[-1]["name"].startswith("Requests")


def test_what_opens_over_a_page_closes_by_escape_and_gives_the_focus_back(
    logged_in, platform_url, project
):
    page = logged_in
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    for name in ("Searches", "Columns", "Export", "More filters", "Your account"):
        button = page.get_by_role("button", name=name)
        opened = page.locator(f"#{button.get_attribute('popovertarget')}")
        button.press("Enter")
        expect(opened).to_be_visible()
        page.keyboard.press("Escape")
        expect(opened).to_be_hidden()
        expect(button).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_who_wants_less_motion_sees_none(logged_in, platform_url, project):
    page = logged_in
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{platform_url}/projects/{project.uuid}/setup/")
    assert page.evaluate(MOVING) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_what_goes_wrong_is_a_page_like_the_others(
    page, platform_url, people, project, enter, width
):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{platform_url}/accounts/login/")
    page.context.clear_cookies()
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="This page was open too long")).to_be_visible()
    enter(page, people.viewer)
    lead = f"{platform_url}/projects/{project.uuid}"
    for address, status, words in (
        (f"{platform_url}/nothing/", 404, "There is no such page"),
        (f"{lead}/setup/", 403, "You may look, but not do this"),
        (f"{lead}/?range=%00&from={'9' * 40}", 200, "Dashboard"),
    ):
        assert page.goto(address).status == status
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        assert page.evaluate(WIDER_THAN_THE_SCREEN) <= 0
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page) == []
