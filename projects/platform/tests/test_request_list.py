"""The request list: what its address asks for, what people keep of it, and its files."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from treblle_models import request_searching
from treblle_models.models import Customer, Environment, Request, SavedSearch

ROW = re.compile(r'<tr data-request-uuid="([0-9a-f-]{36})" data-received-at="[^"]+">')


@pytest.fixture
def paths(owner, project):
    """The paths a query finds, in the order of the list."""

    def found(query):
        answer = owner.get(f"/projects/{project.uuid}/requests/?{query}")
        body = answer.content.decode().split('<tbody id="requests">')[1].split("</tbody>")[0]
        return re.findall(r'<a class="path"[^>]*>([^<]+)<', body)

    return found


@pytest.fixture
def several(project, book, add_request, add_details):
    now = timezone.now()
    ana = Customer.objects.create(
        project=project, external_id="ana", first_seen_at=now, last_seen_at=now
    )
    staging = Environment.objects.create(project=project, name="staging")
    body = {"request": {"body": {"title": "Solaris"}}, "response": {"headers": {"x": "Solaris"}}}
    add_request(now, path="/new", endpoint=book, country="DE", load_time_ms=5.0)
    add_request(
        now - timedelta(hours=2),
        path="/old",
        method="POST",
        status=503,
        customer=ana,
        environment=staging,
        load_time_ms=900.0,
        error_message="Stock is empty",
        trace_id="t-1",
        metadata={"user-id": "42"},
        **add_details(body),
    )
    add_request(
        now - timedelta(days=40), path="/oldest", status=404, load_time_ms=None, threat_level=2
    )
    project.first_request_at = now - timedelta(days=41)
    project.save()
    return ana, book


def test_the_address_narrows_the_list(paths, several):
    ana, book = several
    for query, expected in {
        "": ["/new", "/old", "/oldest"],
        "method=post": ["/old"],
        "status=5xx": ["/old"],
        "status=404,503": ["/old", "/oldest"],
        f"endpoint={book.uuid}": ["/new"],
        "customer=ana": ["/old"],
        f"customer={ana.uuid}": ["/old"],
        "customer=nobody": [],
        "environment=staging": ["/old"],
        "environment=x": [],
        "country=de": ["/new"],
        "country=-": ["/old", "/oldest"],
        "min_ms=100": ["/old"],
        "max_ms=100": ["/new"],
        "range=24h": ["/new", "/old"],
        "q=stock": ["/old"],
        "metadata=user-id:42": ["/old"],
        "trace=t-1": ["/old"],
        "threat=medium": ["/oldest"],
        "body=solaris": ["/old"],
        "status=404&method=POST": [],
    }.items():
        assert paths(query) == expected, query


def test_bodies_are_searched_and_not_headers(paths, several, project, add_request, add_details):
    add_request(path="/header", **add_details({"request": {"headers": {"x": "Solaris"}}}))
    assert paths("body=SOLARIS") == ["/old"]


def test_any_column_that_can_sorts(paths, several):
    assert paths("sort=-load_time_ms") == ["/old", "/new"]
    assert paths("sort=load_time_ms") == ["/new", "/old"]
    assert paths("sort=-status") == ["/old", "/new"]
    assert paths("sort=received_at") == ["/oldest", "/old", "/new"]
    assert paths("sort=nonsense") == ["/new", "/old", "/oldest"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=9", "A status is a number such as 404"),
        ("min_ms=fast", "“min_ms” wants a number"),
        ("endpoint=x", "“endpoint” wants an id"),
        ("from=yesterday", "“from” wants a time"),
        ("sort=-status&to=0001-01-01T00:00", "“to” wants a time"),
        ("sort=-status&to=9999-12-31T23:59", "“to” wants a time"),
    ],
)
def test_what_cannot_be_asked_is_said(owner, project, several, query, said):
    answer = owner.get(f"/projects/{project.uuid}/requests/?{query}")
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not ROW.search(answer.content.decode())


def test_pages_of_a_narrowed_list_neither_repeat_nor_leave_out(owner, project, add_request):
    now = timezone.now()
    for n in range(130):
        add_request(now - timedelta(hours=n), status=404 if n % 2 else 200)
    url = query = f"/projects/{project.uuid}/requests/"
    query += "?status=404"
    seen = []
    while query:
        page = owner.get(query).content.decode()
        seen += [uuid for uuid in ROW.findall(page) if not uuid.startswith("00000000")]
        older = re.search(r'id="older" href="([^"]+)"(?! hidden)', page)
        query = url + older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 65


def test_a_long_search_stops_and_says_how_far_it_came(owner, project, several, monkeypatch):
    monkeypatch.setattr(request_searching, "BUDGET_S", -1)
    page = owner.get(f"/projects/{project.uuid}/requests/?status=404").content.decode()
    assert "Searched back to" in page
    further = re.search(r'href="([^"]+)">Search further back', page)[1].replace("&amp;", "&")
    assert "status=404" in further


def test_filters_that_are_set_can_be_taken_off_one_by_one(owner, project, several):
    page = owner.get(f"/projects/{project.uuid}/requests/?status=5xx&country=DE").content.decode()
    assert "Germany" in page
    assert (
        '<a href="?country=DE"><span aria-hidden="true">×</span><span class="sr">Take off Status'
        in page
    )


def test_columns_are_chosen_once_for_all_lists(owner, project, people, several):
    url = f"/projects/{project.uuid}/requests/"
    answer = owner.post(f"{url}columns/", {"columns": ["customer", "x"], "query": "status=503"})
    assert answer["Location"] == f"{url}?status=503"
    row = owner.get(f"{url}?status=503").content.decode().split("<tbody")[1]
    assert '<td class="c-customer">ana</td>' in row
    assert 'class="c-size"' not in row
    owner.post(f"{url}columns/", {"usual": "1"})
    assert 'class="c-size"' in owner.get(url).content.decode()


def test_searches_are_kept_and_shared(owner, client, project, people, several):
    url = f"/projects/{project.uuid}/requests/"
    owner.post(f"{url}searches/", {"name": "Failures", "query": "status=5xx", "is_shared": "on"})
    owner.post(f"{url}searches/", {"name": "Mine", "query": "country=DE"})
    owner.post(f"{url}searches/", {"name": "Mine", "query": "country=HR"})
    assert SavedSearch.objects.count() == 2
    client.force_login(people.viewer)
    page = client.get(url).content.decode()
    assert f'href="{url}?status=5xx&amp;columns=' in page
    assert "country=HR" not in page


async def content_of(answer):
    return b"".join([chunk async for chunk in answer]).decode()


@pytest.mark.django_db(transaction=True)
async def test_what_the_list_shows_comes_as_a_file(async_client, people, project, several):
    await async_client.aforce_login(people.owner)
    url = f"/projects/{project.uuid}/requests/export"
    await sync_to_async(Request.objects.filter(path="/new").update)(app="=cmd()")
    found = list(
        csv.DictReader(io.StringIO(await content_of(await async_client.get(f"{url}.csv"))))
    )
    assert [row["path"] for row in found] == ["/new", "/old", "/oldest"]
    assert found[0]["app"] == "'=cmd()"
    assert found[1]["customer"] == "ana"
    answer = await async_client.get(f"{url}.json?status=5xx")
    assert [row["path"] for row in json.loads(await content_of(answer))] == ["/old"]
    assert "bookshop-api-requests.json" in answer["Content-Disposition"]
    har = json.loads(await content_of(await async_client.get(f"{url}.har?status=5xx")))
    [entry] = har["log"]["entries"]
    assert entry["request"]["url"] == "https://shop.example/old"
    assert json.loads(entry["request"]["postData"]["text"]) == {"title": "Solaris"}
    assert json.loads(await content_of(await async_client.get(f"{url}.json?status=299"))) == []
    assert (await async_client.get(f"{url}.exe")).status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_a_file_has_all_pages(async_client, people, project, add_request, monkeypatch):
    monkeypatch.setattr("treblle_platform.requests.exports.CHUNK_ROWS", 2)
    for _ in range(5):
        await sync_to_async(add_request)()
    await async_client.aforce_login(people.owner)
    answer = await async_client.get(f"/projects/{project.uuid}/requests/export.json")
    assert len({row["uuid"] for row in json.loads(await content_of(answer))}) == 5


def test_a_time_without_a_zone_is_in_the_zone_of_the_profile(owner, people, project, add_request):
    people.owner.time_zone = "Asia/Tokyo"
    people.owner.save()
    noon = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)  # noon in Tokyo
    add_request(noon, path="/at-noon")
    url = f"/projects/{project.uuid}/requests/"
    page = owner.get(url, {"from": "2026-03-04T11:30", "to": "2026-03-04T12:30"}).content.decode()
    assert "/at-noon" in page
    assert 'value="2026-03-04T11:30"' in page
    assert "Asia/Tokyo" in page
    # Links and saved searches mean the same to people elsewhere.
    assert "from=2026-03-04T02%3A30%3A00Z" in page
    assert "/at-noon" not in owner.get(url, {"from": "2026-03-04T12:30"}).content.decode()
