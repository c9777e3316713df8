"""From page to page of a project: what is shown leads on, and what is changed is so everywhere."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.histogram import Histogram
from treblle_models.models import (
    AlertRule,
    Anomaly,
    Endpoint,
    Project,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
    ProjectScore,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(platform_url, project):
    return f"{platform_url}/projects/{project.uuid}"


@pytest.fixture
def counted(project):
    """Nine requests of this hour, a third of them failed."""
    now = timezone.now()
    project.first_request_at = now - timedelta(days=2)
    project.save()
    numbers = {"requests": 9, "server_errors": 3, "load_times": Histogram([12.0] * 9).to_bytes()}
    for model, parts in (
        (ProjectMinute, {"second": 0}),
        (ProjectHour, {"second": 0, "minute": 0}),
        (ProjectDay, {"second": 0, "minute": 0, "hour": 0}),
    ):
        bucket = now.replace(microsecond=0, **parts)
        model.objects.create(project=project, bucket=bucket, **numbers)


def test_from_all_projects_by_a_number_to_the_requests_behind_it(
    page_on_each_screen, platform_url, project, counted, add_request
):
    page = page_on_each_screen
    ProjectScore.objects.create(
        project=project, bucket=timezone.now(), stage="run_time", value=81, groups={}
    )
    add_request(path="/fine")
    add_request(path="/broken", status=500)
    page.goto(f"{platform_url}/projects/")
    card = page.get_by_role("listitem").filter(has_text="Bookshop API")
    expect(card).to_contain_text("33.3%")
    card.get_by_role("link", name="Bookshop API").click()
    page.get_by_role("link", name="Last 24 hours").click()
    expect(page).to_have_url(re.compile("range=24h"))
    page.locator("[data-figure=server-errors]").click()
    expect(page.locator("#requests tr")).to_have_count(1)
    expect(page.locator("#requests tr")).to_contain_text("/broken")


def test_a_search_is_saved_found_again_and_made_an_alert(page_on_each_screen, lead, add_request):
    page = page_on_each_screen
    add_request(path="/broken", status=500)
    page.goto(f"{lead}/requests/?status=5xx")
    page.get_by_role("button", name="Searches").click()
    page.get_by_label("Name of the search").fill("What fails")
    page.get_by_role("button", name="Save search").click()
    page.goto(f"{lead}/requests/")
    page.get_by_role("button", name="Searches").click()
    page.get_by_role("link", name="What fails", exact=True).click()
    expect(page).to_have_url(re.compile(r"status=5xx"))
    page.get_by_role("button", name="Searches").click()
    page.get_by_role("link", name="An alert of What fails").click()
    page.get_by_label("Name").fill("It fails again")
    page.get_by_label("Limit").fill("3")
    page.get_by_role("button", name="Make the rule").click()
    expect(page.get_by_role("link", name="It fails again")).to_be_visible()
    assert AlertRule.objects.get().saved_search.name == "What fails"


def test_columns_are_chosen_and_what_is_listed_is_exported(page_on_each_screen, lead, add_request):
    page = page_on_each_screen
    add_request(path="/fine", host="eu.shop.example")
    add_request(path="/broken", status=500)
    page.goto(f"{lead}/requests/?status=2xx")
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Host").check()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("#requests .c-host")).to_have_text(["eu.shop.example"])
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="JSON").click()
    text = Path(coming.value.path()).read_text()
    assert "/fine" in text
    assert "/broken" not in text


def test_a_body_is_folded_searched_and_copied(page_on_each_screen, lead, add_request, add_details):
    page = page_on_each_screen
    body = {"order": {"title": "Emma", "card_number": "****"}, "lines": [1, 2]}
    details = {"request": {"headers": {"accept": "*/*"}}, "response": {"body": body}}
    found = add_request(**add_details(details))
    page.goto(f"{lead}/requests/{found.uuid}/")
    shown = page.get_by_role("region", name="Response body", exact=True)
    expect(shown).to_contain_text("Emma")
    expect(shown.locator(".masked")).to_have_count(1)
    page.get_by_label("Find in headers and bodies").fill("emma")
    expect(page.locator("#find-count")).to_contain_text("1")
    shown.locator("details").filter(has_text="title").last.locator("> summary").click()
    expect(shown.get_by_text("Emma")).to_be_hidden()
    page.get_by_text("Raw", exact=True).last.click()
    raw = page.get_by_role("region", name="Response body, raw")
    assert json.loads(raw.inner_text()) == body


def test_a_trace_goes_through_apis_in_order(
    page_on_each_screen, platform_url, people, project, add_request
):
    page = page_on_each_screen
    other = Project.objects.create(user=people.owner, name="Payments API")
    now = timezone.now()
    of_trace = {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}
    first = add_request(now, path="/orders", load_time_ms=200, **of_trace)
    add_request(
        now + timedelta(milliseconds=50),
        project=other,
        path="/charges",
        status=502,
        load_time_ms=100,
        **of_trace,
    )
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/{first.uuid}/")
    page.get_by_role("link", name=of_trace["trace_id"]).click()
    expect(page.get_by_text("2 requests to 2 APIs, 200 ms")).to_be_visible()
    spans = page.locator(".waterfall li")
    expect(spans).to_have_count(2)
    expect(spans.nth(1)).to_contain_text("/charges")
    expect(spans.nth(1)).to_contain_text("+50 ms takes 100 ms")
    bars = [bar.bounding_box() for bar in page.locator(".waterfall rect:not(.track)").all()]
    assert bars[0]["x"] < bars[1]["x"]
    assert bars[0]["width"] > bars[1]["width"]
    spans.nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="/charges")).to_be_visible()


def test_an_endpoint_is_named_pinned_and_merged(page_on_each_screen, lead, project, book):
    page = page_on_each_screen
    emma = Endpoint.objects.create(
        project=project,
        method="GET",
        template="/books/emma",
        template_digest="1" * 64,
        source=Endpoint.Source.TRAFFIC,
        first_seen_at=timezone.now(),
    )
    page.goto(f"{lead}/endpoints/{book.uuid}/")
    page.get_by_label("Name", exact=True).fill("Read a book")
    page.get_by_role("button", name="Save the names").click()
    expect(page.get_by_role("heading", name="Read a book")).to_be_visible()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.goto(f"{lead}/endpoints/{emma.uuid}/")
    page.get_by_label("Merge with").select_option("GET /books/{id}")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Merged into it:")).to_contain_text("/books/emma")
    page.goto(f"{lead}/endpoints/")
    expect(page.get_by_role("link", name="Read a book")).to_be_visible()
    expect(page.get_by_text("/books/emma")).to_have_count(0)


def test_a_document_of_ones_own_is_uploaded_and_made_public(
    page_on_each_screen, somebody_else, platform_url, lead, project, document
):
    page, reader = page_on_each_screen, somebody_else
    own = {"openapi": "3.1.0", "info": {"title": "Promised", "version": "7"}, "paths": {}}
    page.goto(f"{lead}/docs/")
    page.get_by_role("link", name="Upload your own").click()
    page.get_by_label("File").set_input_files(
        {"name": "openapi.json", "mimeType": "application/json", "buffer": json.dumps(own).encode()}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("version 1, shown first")).to_be_visible()
    address = f"{platform_url}/docs/{project.uuid}/openapi.json"
    assert reader.request.get(address, max_redirects=0).status == 302
    page.get_by_role("button", name="Make them public").click()
    expect(page.get_by_text("Everyone who has the address:")).to_be_visible()
    assert reader.request.get(address).json()["info"]["title"] == "Promised"
    page.get_by_role("link", name="Drift log").click()
    expect(page.get_by_role("heading", name="Drift log")).to_be_visible()


def test_a_customer_is_named_and_leads_to_its_requests(
    page_on_each_screen, lead, customer, add_request
):
    page = page_on_each_screen
    add_request(path="/theirs", customer=customer)
    add_request(path="/of-others")
    page.goto(f"{lead}/customers/{customer.uuid}/")
    page.get_by_role("textbox", name="Name").fill("Corner shop")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="Corner shop")).to_be_visible()
    page.locator(".tile").filter(has_text="Requests").get_by_role("link").click()
    expect(page.locator("#requests .path")).to_have_text(["/theirs"])


def test_a_check_is_explained_and_switched_off(page_on_each_screen, lead):
    page = page_on_each_screen
    page.goto(f"{lead}/quality/?q=load+time")
    page.get_by_role("link", name="Load time").first.click()
    expect(page.get_by_role("heading", name="How to mend it")).to_be_visible()
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_text("This check is switched off for Bookshop API")).to_be_visible()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("button", name="Switch it off")).to_be_visible()


def test_an_embed_is_made_with_its_snippets_and_switched_off(page_on_each_screen, lead):
    page = page_on_each_screen
    page.goto(f"{lead}/embed/")
    page.get_by_role("link", name="New embed").click()
    page.get_by_label("Name").fill("Portal")
    page.get_by_label("Origins").fill("https://portal.example")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Put it into your portal")).to_be_visible()
    expect(page.get_by_label("Secret", exact=True)).not_to_be_empty()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("It is switched off: nothing is shown anywhere.")).to_be_visible()


def test_an_anomaly_leads_to_the_requests_of_its_time(page_on_each_screen, lead, project):
    page = page_on_each_screen
    anomaly = Anomaly.objects.create(
        project=project,
        kind=Anomaly.Kind.SPIKE,
        severity=Anomaly.Severity.HIGH,
        started_at=timezone.now() - timedelta(hours=1),
        observed=900,
        expected=100,
    )
    page.goto(f"{lead}/security/")
    page.get_by_role("navigation", name="Security").get_by_role("link", name="Anomalies").click()
    page.get_by_role("link", name=anomaly.get_kind_display(), exact=True).click()
    expect(page).to_have_url(re.compile(r"/requests/\?from="))
