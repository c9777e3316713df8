"""Endpoints: their numbers, their schema, and what people say of them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from treblle_models.histogram import Histogram
from treblle_models.models import (
    ApiChange,
    AuditEntry,
    Endpoint,
    EndpointCheckResult,
    EndpointDay,
    EndpointHour,
    EndpointSchema,
)
from treblle_platform.endpoints.operation_view import operation_in


def midnight():
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def count(endpoint, load_times, days_ago=0, **counts):
    values = {
        "project": endpoint.project,
        "endpoint": endpoint,
        "load_times": Histogram(load_times).to_bytes(),
        "requests": len(load_times),
    } | counts
    day = midnight() - timedelta(days=days_ago)
    EndpointDay.objects.create(bucket=day, **values)
    EndpointHour.objects.create(bucket=day, **values)


@pytest.fixture
def add_endpoint(project):
    def add(template, **fields):
        return Endpoint.objects.create(
            project=project,
            template=template,
            template_digest=template.ljust(64, "x")[:64],
            **{"method": "GET", "source": "traffic", "first_seen_at": timezone.now()} | fields,
        )

    return add


@pytest.fixture
def url(project):
    return f"/projects/{project.uuid}/endpoints/"


def shown(client, url, query=""):
    return [str(row.endpoint) for row in client.get(f"{url}?{query}").context["page"].rows]


def test_the_list_counts_what_the_days_add_up_to(owner, url, book):
    count(book, [10.0] * 19, client_errors=1)
    count(book, [1000.0], days_ago=3, server_errors=1)
    count(book, [5.0] * 50, days_ago=8)
    [row] = owner.get(url).context["page"].rows
    assert (row.requests, row.client_errors, row.server_errors) == (20, 1, 1)
    assert row.p95_ms == pytest.approx(10, rel=0.01)
    assert row.error_rate == 0.1


def test_it_sorts_by_every_number(owner, url, add_endpoint):
    quick, slow = add_endpoint("/quick"), add_endpoint("/slow")
    count(quick, [1.0] * 5, client_errors=4)
    count(slow, [900.0] * 2)
    assert shown(owner, url) == ["GET /quick", "GET /slow"]
    assert shown(owner, url, "sort=-p95") == ["GET /slow", "GET /quick"]
    assert shown(owner, url, "sort=errors") == ["GET /slow", "GET /quick"]
    assert shown(owner, url, "sort=-path") == ["GET /slow", "GET /quick"]


def test_it_filters_by_path_method_and_state(owner, url, add_endpoint):
    add_endpoint("/users/{id}")
    add_endpoint("/orders", method="POST")
    add_endpoint("/health", is_ignored=True)
    add_endpoint("/pinned", is_pinned=True)
    merged = add_endpoint("/users/alice")
    Endpoint.objects.filter(pk=merged.pk).update(merged_into=Endpoint.objects.first())
    assert shown(owner, url, "sort=path") == ["POST /orders", "GET /pinned", "GET /users/{id}"]
    assert shown(owner, url, "q=USERS") == ["GET /users/{id}"]
    assert shown(owner, url, "method=POST") == ["POST /orders"]
    assert shown(owner, url, "state=ignored") == ["GET /health"]
    assert shown(owner, url, "state=pinned") == ["GET /pinned"]


def test_a_number_leads_to_its_requests(owner, url, book):
    count(book, [1.0], client_errors=1)
    page = owner.get(url).content.decode()
    assert f"/requests/?endpoint={book.uuid}&amp;from=" in page
    assert "status=4xx%2C5xx" in page


def test_one_endpoint_shows_its_schema_drift_statuses_and_checks(owner, url, book, document):
    now = timezone.now()
    EndpointSchema.objects.create(
        project=book.project,
        endpoint=book,
        part="response",
        status=404,
        samples=5,
        first_seen_at=now,
        last_seen_at=now,
    )
    ApiChange.objects.create(
        project=book.project,
        document=document,
        endpoint=book,
        code="field_removed",
        is_breaking=True,
        description="`name` is <gone>",
        detected_at=now,
    )
    EndpointCheckResult.objects.create(
        project=book.project,
        endpoint=book,
        code="load-time",
        stage="run_time",
        outcome="fail",
        evidence="p95 is 2 s",
        since=now,
        last_seen_at=now,
    )
    page = owner.get(f"{url}{book.uuid}/").content.decode()
    assert "Read a book" in page
    assert '<span class="schema-name">name</span>' in page
    assert "<code>name</code> is &lt;gone&gt;" in page
    assert "p95 is 2 s" in page
    assert "How to mend it." in page
    assert 'class="status s4"' in page


def test_a_strange_document_breaks_no_page():
    strange = {
        "paths": {
            "/a": {
                "get": {
                    "parameters": [None, {"$ref": "#/components/nowhere"}, {"name": 3}],
                    "requestBody": {"$ref": "#/paths/~1a/get/requestBody"},
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/self"}}}},
                        "500": None,
                    },
                }
            }
        },
        "self": {"type": "object", "properties": {"again": {"$ref": "#/self"}}},
    }
    view = operation_in(strange, "GET", "/a")
    assert view is not None
    assert [body.status for body in view.responses] == ["200", "500"]
    assert operation_in(strange, "POST", "/a") is None
    assert operation_in({"paths": []}, "GET", "/a") is None


def test_names_of_parameters_do_not_hide_an_operation(document):
    view = operation_in(document.content, "GET", "/books/{book}")
    assert view is not None
    assert view.summary == "Read a book"


def test_a_person_renames_pins_and_ignores(owner, url, book):
    page = f"{url}{book.uuid}/"
    owner.post(f"{page}name/", {"name": "One book", "template": "/books/{isbn}"})
    owner.post(f"{page}state/", {"change": "pin"})
    owner.post(f"{page}state/", {"change": "ignore"})
    book.refresh_from_db()
    assert (book.name, book.template) == ("One book", "/books/{isbn}")
    assert (book.is_pinned, book.is_ignored) == (True, True)
    owner.post(f"{page}state/", {"change": "heed"})
    book.refresh_from_db()
    assert not book.is_ignored
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["endpoint.renamed", *["endpoint.corrected"] * 3]


def test_a_template_that_is_another_is_refused_with_words(owner, url, book):
    answer = owner.post(f"{url}{book.uuid}/name/", {"name": "", "template": "/shelves/{id}"})
    assert answer.status_code == 400
    assert "is not /books/{id} with other names" in answer.content.decode()


def test_two_become_one_and_the_etl_is_told(
    owner, url, project, add_endpoint, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "treblle_platform.endpoints.operations.app.send_task",
        lambda name, **how: sent.append((name, how["kwargs"], how["queue"])),
    )
    alice, user = add_endpoint("/users/alice"), add_endpoint("/users/{id}")
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner.post(f"{url}{alice.uuid}/merge/", {"into": str(user.uuid)})
    alice.refresh_from_db()
    assert alice.merged_into.template == "/users/{id}"
    assert answer["Location"] == f"{url}{alice.merged_into.uuid}/"
    assert sent == [
        ("treblle_etl.follow_corrections", {"project": str(project.uuid)}, "etl-background")
    ]


def test_the_page_says_how_much_of_history_still_follows(owner, url, add_endpoint):
    alice, user = add_endpoint("/users/alice"), add_endpoint("/users/{id}")
    page = f"{url}{user.uuid}/"
    assert "history-left" not in owner.get(page).content.decode()
    count(alice, [1.0])
    count(alice, [1.0], days_ago=3)
    Endpoint.objects.filter(pk=alice.pk).update(merged_into=user)
    # A page of its own for what changes, and the same within the whole page.
    places = (page, f"{page}history/")
    for place in places:
        assert "0 of 4 days, 0 %" in owner.get(place).content.decode()
    Endpoint.objects.filter(pk=user.pk).update(history_from=midnight() - timedelta(days=3))
    EndpointHour.objects.filter(bucket__lt=midnight()).update(endpoint=user)
    for place in places:
        said = owner.get(place).content.decode()
        assert "3 of 4 days, 75 %" in said
        assert 'value="3" max="4"' in said
    EndpointHour.objects.update(endpoint=user)
    assert "history-left" not in owner.get(page).content.decode()
    said = owner.get(f"{page}history/").content.decode()
    assert "History is complete." in said
    assert "data-moving" not in said


def test_the_page_says_how_far_counting_anew_is(owner, url, book, add_request):
    add_request(received_at=timezone.now() - timedelta(hours=8))
    page = f"{url}{book.uuid}/"
    owner.post(f"{page}state/", {"change": "ignore"})
    said = owner.get(page).content.decode()
    assert "Its past requests are being taken out of all counts." in said
    assert "0 of 8 hours, 0 %" in said
    owner.post(f"{page}state/", {"change": "heed"})
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    Endpoint.objects.update(recount_from=hour - timedelta(hours=2))
    said = owner.get(page).content.decode()
    assert "Its past requests are being counted again." in said
    assert "5 of 8 hours, 62 %: done up to" in said
    Endpoint.objects.update(recount_from=None)
    assert "history-left" not in owner.get(page).content.decode()


def test_endpoints_that_cannot_be_one_stay_two(owner, url, add_endpoint):
    alice, orders = add_endpoint("/users/alice"), add_endpoint("/orders")
    answer = owner.post(f"{url}{alice.uuid}/merge/", {"into": str(orders.uuid)})
    assert answer.status_code == 400
    assert "does not match" in answer.content.decode()
    nothing = owner.post(f"{url}{alice.uuid}/merge/", {})
    assert "Pick the endpoint" in nothing.content.decode()


def test_a_viewer_sees_no_buttons_that_would_be_refused(client, people, url, book):
    client.force_login(people.viewer)
    assert "Correct it" not in client.get(f"{url}{book.uuid}/").content.decode()


def test_an_endpoint_is_not_read_through_another_project(client, people, book):
    mine = people.stranger.projects.create(name="Mine")
    client.force_login(people.stranger)
    page = f"/projects/{mine.uuid}/endpoints/{book.uuid}/"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}state/", {"change": "pin"}).status_code == 404
