"""Endpoints, docs, problems, quality, customers and embed in Chromium."""

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jwt
import pytest
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.histogram import Histogram
from treblle_models.models import (
    DimensionHour,
    Endpoint,
    EndpointDay,
    EndpointHour,
    ProblemHour,
    ProjectScore,
)
from treblle_models.summary import summary_of
from treblle_service.django.live import LivePublisher

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def understood(project, book, problem):
    """Numbers for every chart."""
    day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    numbers = {"project": project, "bucket": day, "requests": 9, "client_errors": 2}
    times = Histogram([12.0] * 9).to_bytes()
    for model in (EndpointHour, EndpointDay):
        model.objects.create(endpoint=book, load_times=times, **numbers)
    DimensionHour.objects.create(dimension="agent_kind", value="ai", load_times=times, **numbers)
    ProblemHour.objects.create(project=project, problem=problem, bucket=day, occurrences=4)
    ProjectScore.objects.create(
        project=project, bucket=day, stage="run_time", value=81, groups={"security": 70}
    )


def test_every_page_is_accessible_and_fits_a_phone(
    logged_in, platform_url, insight_pages, understood, assert_accessible
):
    assert_accessible(*(f"{platform_url}{path}" for path in insight_pages.values()))


def test_charts_are_drawn_and_a_number_leads_to_its_requests(
    logged_in, platform_url, insight_pages, understood, book
):
    page = logged_in
    for name, charts in (("endpoint", 2), ("problem", 1), ("quality", 1), ("agents", 1)):
        page.goto(f"{platform_url}{insight_pages[name]}")
        expect(page.locator(".plot canvas")).to_have_count(charts)
    page.goto(f"{platform_url}{insight_pages['endpoints']}")
    page.get_by_title("9 requests: see them").click()
    assert f"/requests/?endpoint={book.uuid}" in page.url


def test_how_far_history_is_moves_on_under_people_and_nothing_else_does(
    logged_in, platform_url, project, understood, book, insight_pages
):
    old = Endpoint.objects.create(
        project=project, method="GET", template="/books/old", template_digest="old",
        source="traffic", first_seen_at=timezone.now(), merged_into=book,
    )  # fmt: skip
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=ago) for ago in (3, 1, 0)]
    for day in days:
        EndpointHour.objects.create(project=project, endpoint=old, bucket=day, requests=1)
    Endpoint.objects.filter(pk=book.pk).update(history_from=days[0])
    page = logged_in
    page.goto(f"{platform_url}{insight_pages['endpoint']}")
    way = page.get_by_role("progressbar", name="Days moved")
    expect(way).to_have_attribute("value", "0")
    name = page.get_by_label("Name", exact=True)
    name.fill("Half a nam")
    EndpointHour.objects.filter(endpoint=old, bucket=days[0]).delete()
    expect(way).to_have_attribute("value", "2", timeout=30_000)
    expect(page.get_by_text("2 of 4 days, 50 %")).to_be_visible()
    EndpointHour.objects.filter(endpoint=old).delete()
    expect(page.get_by_text("History is complete.")).to_be_visible(timeout=30_000)
    expect(way).to_have_count(0)
    expect(name).to_have_value("Half a nam")


def test_a_problem_is_resolved_by_keyboard(
    page_on_each_screen, platform_url, insight_pages, problem
):
    page = page_on_each_screen
    page.goto(f"{platform_url}{insight_pages['problems']}")
    page.get_by_role("checkbox", name="Pick").press("Space")
    page.get_by_role("button", name="Resolve").press("Enter")
    expect(page.get_by_text("The problem was resolved.")).to_be_visible()
    expect(page.get_by_text("No open problems")).to_be_visible()


def test_docs_are_read_in_a_viewer_that_asks_nobody_else(page, platform_url, project, document):
    project.docs_are_public = True
    project.save()
    asked, complaints = [], []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{platform_url}/docs/{project.uuid}/")
    expect(page.get_by_role("heading", name="Read a book")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("/books/{id}").first).to_be_visible()
    assert [url for url in asked if not url.startswith((platform_url, "blob:", "data:"))] == []
    # The viewer asks for its maker's logo; the policy does not let it.
    assert [text for text in complaints if "logo-mini" not in text] == []


@pytest.fixture
def portal(embed, platform_url):
    """Somebody else's page, on another origin, with a strict policy of its own."""
    claims = {"sub": "shop-7", "exp": datetime.now(UTC) + timedelta(hours=1)}
    token = jwt.encode(claims, embed.secret, algorithm="HS256")
    body = (
        f'<!doctype html><title>Portal</title><script type="module"'
        f' src="{platform_url}/embed/treblle-requests.js"></script>'
        f'<treblle-requests embed="{embed.uuid}" token="{token}"></treblle-requests>'
    ).encode()
    socket = platform_url.replace("http", "ws")
    policy = (
        f"default-src 'none'; script-src {platform_url}; connect-src {platform_url} {socket};"
        " img-src 'self'"
    )

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    embed.allowed_origins = [origin]
    embed.save()
    yield origin
    server.shutdown()
    server.server_close()


def test_a_portal_shows_a_customer_its_own_requests_live(
    page, portal, project, customer, add_request, channel_layer
):
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(portal)
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_text("No requests yet")).to_be_visible()
    mine = add_request(customer=customer, path="/mine")
    theirs = add_request(path="/theirs")
    message = {
        "type": "requests",
        "project": str(project.uuid),
        "requests": [summary_of(each, None) for each in (mine, theirs)],
        "stats": {},
    }
    LivePublisher().publish(project.uuid, message).result()
    expect(page.get_by_text("/mine")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("/theirs")).to_have_count(0)
    assert complaints == []
