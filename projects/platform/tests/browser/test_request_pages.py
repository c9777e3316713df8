"""Requests, dashboard, palette and what is kept, in Chromium: live under filters, by keyboard, for all."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.histogram import Histogram
from treblle_models.models import Collection, DimensionHour, ProjectHour

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(project, book, add_request):
    """A project with numbers and a few requests."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    project.first_request_at = hour - timedelta(days=30)
    project.save()
    counts = {"requests": 3, "load_times": Histogram([5.0, 9.0, 40.0]).to_bytes()}
    for back in (0, 3, 24):
        bucket = hour - timedelta(hours=back)
        ProjectHour.objects.create(project=project, bucket=bucket, **counts)
    for dimension, value in (("country", "HR"), ("status", "200"), ("os", "iOS")):
        DimensionHour.objects.create(
            project=project, bucket=hour, dimension=dimension, value=value, **counts
        )
    return add_request(endpoint=book, country="HR", city="Zagreb", trace_id="t-1", error_count=1)


def connected(page):
    page.wait_for_selector("body[data-live=connected]")


def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(
    logged_in, platform_url, project, people, busy, assert_accessible
):
    kept = Collection.objects.create(user=people.owner, name="Kept")
    kept.items.create(project=project, request_uuid=busy.uuid)
    lead = f"{platform_url}/projects/{project.uuid}"
    assert_accessible(
        f"{platform_url}/projects/",
        f"{lead}/",
        f"{lead}/setup/",
        f"{lead}/requests/?country=HR",
        f"{lead}/requests/{busy.uuid}/",
        f"{platform_url}/traces/t-1/",
        f"{platform_url}/collections/",
        f"{platform_url}/collections/{kept.uuid}/",
        f"{platform_url}/search/?q=book",
    )


def test_the_live_tail_keeps_to_the_filters_that_are_set(
    page_on_each_screen, platform_url, project, add_request, publish
):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    page.get_by_role("search").get_by_label("Status").select_option("5xx")
    page.get_by_role("button", name="Filter", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"\?status=5xx$"))
    connected(page)
    publish(add_request(status=200, path="/fine"), add_request(status=503, path="/broken"))
    expect(page.locator("#requests .path")).to_have_text(["/broken"])
    page.get_by_role("link", name="Take off Status").click()
    expect(page.locator("#requests tr")).to_have_count(2)


def test_the_palette_goes_anywhere_by_keyboard(page_on_each_screen, platform_url, project, book):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_be_focused()
    page.keyboard.type("set-up")
    expect(page.get_by_role("option", name="Set-up")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Connect Bookshop API")).to_be_visible()


def test_a_range_drawn_on_a_chart_becomes_the_pages(
    page_on_each_screen, platform_url, project, busy
):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    plot = page.locator("#traffic .u-over")
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=.*&to="))
    expect(page.get_by_role("link", name="Back to the usual range")).to_be_visible()


def test_a_request_is_copied_as_code_and_kept(page_on_each_screen, platform_url, project, busy):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/{busy.uuid}/")
    expect(page.get_by_text("Headers and bodies are gone")).to_be_visible()
    page.get_by_text("Copy as code").click()
    page.get_by_text("pytest", exact=True).first.click()
    expect(page.locator("#text-pytest")).to_contain_text("def test_get_books_7_answers_200")
    page.get_by_label("Name of the collection").fill("Failures")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Kept in “Failures”.")).to_be_visible()
