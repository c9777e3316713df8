"""Pages in Chromium, served by the real server: they move by themselves as requests come in."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.histogram import Histogram
from treblle_models.models import Project, ProjectHour

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"
MAX_ROWS = 200


def connected(page):
    page.wait_for_selector("body[data-live=connected]")


def uuids(page):
    return page.locator("#requests tr").evaluate_all("rows => rows.map(r => r.dataset.requestUuid)")


def test_from_sign_up_to_the_first_request(
    watched, platform_url, channel_layer, add_request, publish
):
    page = watched
    page.goto(platform_url)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Name").fill("My API")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Waiting for your first request…")).to_be_visible()
    connected(page)
    mine = Project.objects.get(name="My API")
    assert mine.custom_id in page.inner_text("#django-code")
    publish(add_request(project=mine, path="/hello"), to=mine)
    expect(page.get_by_text("Your first request is here")).to_be_visible()
    expect(page.locator("#arrival")).to_contain_text("GET /hello, answered with 200 in 12.5 ms")
    page.get_by_role("link", name="Watch requests live").click()
    expect(page.locator("#requests tr")).to_have_count(1)


def test_a_row_that_came_live_is_the_row_the_server_renders(
    logged_in, platform_url, project, book, add_request, publish
):
    page = logged_in
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    connected(page)
    found = add_request(
        timezone.now() - timedelta(hours=3),
        endpoint=book,
        status=404,
        load_time_ms=1234.5,
        response_size_bytes=98_765,
        city="São Paulo",
        country="BR",
        device="iPhone",
        os="iOS",
    )
    publish(found)
    row = page.locator(f'#requests tr[data-request-uuid="{found.uuid}"]')
    expect(row).to_be_visible()
    came = row.evaluate("row => { row.classList.remove('fresh'); return row.outerHTML }")
    page.reload()
    connected(page)
    shown = row.evaluate("row => row.outerHTML")
    assert re.sub(r' class=""', "", came) == shown


def test_the_newest_are_on_top_each_once_and_never_too_many(
    logged_in, platform_url, project, add_request, publish
):
    page = logged_in
    start = timezone.now() - timedelta(minutes=30)
    known = [add_request(start + timedelta(seconds=n)) for n in range(10)]
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    connected(page)
    fresh = [add_request(start + timedelta(seconds=n)) for n in range(10, 260)]
    publish(*known, *fresh[::2])
    publish(*fresh[1::2], *fresh)
    newest = [str(request.uuid) for request in reversed(fresh)][:MAX_ROWS]
    expect(page.locator("#requests tr").first).to_have_attribute("data-request-uuid", newest[0])
    expect(page.locator("#requests tr")).to_have_count(MAX_ROWS)
    assert uuids(page) == newest
    page.get_by_role("link", name="Older").click()
    older = [str(request.uuid) for request in reversed([*known, *fresh])][MAX_ROWS:]
    assert uuids(page) == older[:50]


def test_paused_the_list_stands_still_and_nothing_is_lost(
    page_on_each_screen, platform_url, project, add_request, publish
):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    connected(page)
    page.get_by_role("button", name="Pause").click()
    publish(add_request(), add_request())
    resume = page.get_by_role("button", name="Resume (2 new)")
    expect(resume).to_be_visible()
    assert uuids(page) == []
    resume.click()
    expect(page.locator("#requests tr")).to_have_count(2)


def test_what_was_loaded_while_the_connection_was_lost_is_made_up_for(
    logged_in, platform_url, project, add_request, publish
):
    page = logged_in
    sockets = []

    def through(socket):
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile("/ws/"), through)
    seen = add_request()
    page.goto(f"{platform_url}/projects/{project.uuid}/requests/")
    connected(page)
    missed = add_request()
    sockets[0].close(code=4000)
    expect(page.locator("#requests tr")).to_have_count(2)
    connected(page)
    assert uuids(page) == [str(missed.uuid), str(seen.uuid)]
    later = add_request()
    publish(later)
    expect(page.locator("#requests tr")).to_have_count(3)
    # It asks from the last thing seen, so that a long day does not come again.
    add_request()
    sockets[-1].close(code=4000)
    expect(page.locator("#requests tr")).to_have_count(4)
    assert later.loaded_at.isoformat() in unquote(sockets[-1].url)


def test_the_dashboards_numbers_move_when_requests_come(
    page_on_each_screen, platform_url, project, add_request, publish
):
    page = page_on_each_screen
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    project.first_request_at = hour
    project.save()
    rollup = ProjectHour.objects.create(
        project=project, bucket=hour, requests=3, load_times=Histogram([5.0]).to_bytes()
    )
    page.goto(f"{platform_url}/projects/{project.uuid}/")
    connected(page)
    requests = page.locator("[data-figure=requests]")
    expect(requests).to_have_text("3")
    expect(page.locator(".plot canvas")).to_have_count(2)
    page.evaluate("document.querySelector('.plot canvas').dataset.kept = 'yes'")
    rollup.requests = 4
    rollup.save()
    publish(add_request())
    expect(requests).to_have_text("4")
    expect(page.locator("canvas[data-kept=yes]")).to_have_count(1)


def test_the_theme_stays_as_chosen(logged_in, platform_url):
    page = logged_in
    page.goto(f"{platform_url}/projects/")
    page.get_by_role("button", name="Dark theme").click()
    chosen = page.locator("html").get_attribute("data-theme")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == chosen == "dark"
