"""Settings that are changed and hold: a channel of alerts, what is kept, mails, set-up."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core import mail
from playwright.sync_api import expect
from treblle_platform.mail.outbox import is_wanted
from treblle_platform.mail.unsubscribing import unsubscribe_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(platform_url, project):
    return f"{platform_url}/projects/{project.uuid}"


def test_a_channel_is_added_tried_and_its_deliveries_are_listed(
    page_on_each_screen, lead, people, work
):
    page = page_on_each_screen
    page.goto(f"{lead}/alerts/channels/")
    page.get_by_role("link", name="Add Email").click()
    page.get_by_label("Name").fill("On call")
    page.get_by_label("Address").select_option(people.member.email)
    page.get_by_role("button", name="Add the channel").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("status")).to_be_visible()
    work()
    [sent] = mail.outbox
    assert sent.to == [people.member.email]
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    page.get_by_role("link", name="Deliveries").click()
    expect(page.get_by_role("heading", name="Deliveries")).to_be_visible()


def test_what_is_kept_is_changed_and_the_log_says_by_whom(
    page_on_each_screen, lead, project, people
):
    page = page_on_each_screen
    page.goto(f"{lead}/settings/data/")
    page.get_by_label("Also mask these names").fill("iban")
    page.get_by_label("Days that requests are kept").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds for requests from now on.")).to_be_visible()
    project.refresh_from_db()
    assert (project.masked_names, project.retention_days) == (["iban"], 7)
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("main")).to_contain_text(people.owner.email)
    expect(page.get_by_role("main")).to_contain_text("iban")


def test_a_request_is_pinned_against_retention(
    page_on_each_screen, lead, add_request, add_details, project
):
    page = page_on_each_screen
    found = add_request(path="/evidence", **add_details({"response": {"body": {"id": 7}}}))
    page.goto(f"{lead}/requests/{found.uuid}/")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_text("Pinned: it stays when others go.")).to_be_visible()
    assert project.pinned_requests.get().request_uuid == found.uuid
    page.goto(f"{lead}/settings/pinned/")
    expect(page.get_by_role("link", name="/evidence")).to_be_visible()


def test_mails_are_left_by_their_link_without_a_log_in(watched, platform_url, people):
    page = watched
    page.goto(f"{platform_url}{unsubscribe_url(people.owner, 'digest')}")
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    assert not is_wanted(people.owner, "digest")
    page.get_by_role("button", name="That was a mistake").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    assert is_wanted(people.owner, "digest")


@pytest.fixture
def intake(intake_port):
    """Takes what is sent to it, as the intake does; gives the payloads."""
    taken = []

    class Intake(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", intake_port), Intake) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield taken
        server.shutdown()


def test_a_test_request_goes_out_from_the_set_up_page_and_its_arrival_shows(
    page_on_each_screen, lead, project, intake, channel_layer, add_request, publish
):
    page = page_on_each_screen
    page.goto(f"{lead}/setup/")
    page.get_by_role("button", name="Send a test request").click()
    expect(page.get_by_text("The test request is on its way")).to_be_visible()
    [payload] = intake
    assert payload["project_id"] == project.custom_id
    page.wait_for_selector("body[data-live=connected]")
    publish(add_request(path="/hello"))
    expect(page.get_by_text("Your first request is here")).to_be_visible()
