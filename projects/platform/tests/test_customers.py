"""Customers, agents and the catalog."""

from datetime import timedelta

import pytest
from django.utils import timezone
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Customer,
    DimensionDay,
    DimensionHour,
    EndpointCustomer,
    ProjectFollower,
    ProjectScore,
)


def midnight():
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def count(project, dimension, value, load_times, **counts):
    values = {
        "project": project,
        "dimension": dimension,
        "value": value,
        "load_times": Histogram(load_times).to_bytes(),
        "requests": len(load_times),
    } | counts
    DimensionDay.objects.create(bucket=midnight(), **values)
    DimensionHour.objects.create(bucket=midnight(), **values)


@pytest.fixture
def url(project):
    return f"/projects/{project.uuid}/customers/"


@pytest.fixture
def customers(project):
    now = timezone.now()
    made = [
        Customer.objects.create(
            project=project,
            external_id=f"shop-{number}",
            first_seen_at=now - timedelta(days=9),
            last_seen_at=now - timedelta(hours=number),
        )
        for number in range(3)
    ]
    for number, each in enumerate(made):
        count(project, "customer", str(each.uuid), [10.0] * (number + 1), client_errors=number)
    return made


def shown(client, url, query=""):
    return [str(row.customer) for row in client.get(f"{url}?{query}").context["page"].rows]


def test_customers_are_sorted_by_time_name_or_requests(owner, url, customers):
    assert shown(owner, url) == ["shop-0", "shop-1", "shop-2"]
    assert shown(owner, url, "sort=-id") == ["shop-2", "shop-1", "shop-0"]
    assert shown(owner, url, "sort=-requests") == ["shop-2", "shop-1", "shop-0"]
    assert shown(owner, url, "sort=requests&q=shop-1") == ["shop-1"]
    assert shown(owner, url, "q=SHOP-2") == ["shop-2"]


def test_pages_sorted_by_requests_hold_each_customer_once(owner, url, customers, monkeypatch):
    monkeypatch.setattr("treblle_platform.lists.Listing.page_of_sums.__defaults__", (2,))
    first = owner.get(f"{url}?sort=-requests")
    rest = owner.get(f"{url}{first.context['next_href']}")
    names = [str(r.customer) for answer in (first, rest) for r in answer.context["page"].rows]
    assert names == ["shop-2", "shop-1", "shop-0"]
    assert rest.context["next_href"] == ""


def test_a_customer_s_numbers_are_its_own(owner, url, customers):
    row = owner.get(f"{url}?q=shop-2").context["page"].rows[0]
    assert (row.requests, row.errors) == (3, 2)
    assert row.p95_ms == pytest.approx(10, rel=0.01)


def test_one_customer_shows_what_it_calls_and_what_fails_for_it(
    owner, project, url, customers, book, problem
):
    now = timezone.now()
    EndpointCustomer.objects.create(
        project=project, endpoint=book, customer=customers[0], requests=7,
        first_seen_at=now, last_seen_at=now,
    )  # fmt: skip
    problem.customers.create(
        project=project, customer=customers[0], occurrences=3, last_seen_at=now
    )
    page = owner.get(f"{url}{customers[0].uuid}/").content.decode()
    assert "/books/{id}" in page
    assert "KeyError" in page
    assert f"customer={customers[0].uuid}" in page


def test_a_customer_can_be_named(owner, url, customers):
    owner.post(f"{url}{customers[0].uuid}/name/", {"name": "Northwind"})
    assert shown(owner, url, "q=northwind") == ["Northwind"]


def test_traffic_is_told_by_people_bots_and_ai_agents(owner, project, add_request):
    for kind, number in (("person", 6), ("ai", 3), ("", 1)):
        count(project, "agent_kind", kind, [5.0] * number)
    count(project, "app", "ChatGPT-User", [5.0] * 3)
    count(project, "app", "curl", [50.0])
    add_request(app="ChatGPT-User", agent_kind="ai")
    url = f"/projects/{project.uuid}/agents/"
    view = owner.get(url).context["view"]
    assert {row.kind: row.share for row in view.kinds} == {
        "person": 0.6,
        "bot": 0,
        "ai": 0.3,
        "": 0.1,
    }
    assert [(row.name, row.kind) for row in view.apps.rows] == [
        ("ChatGPT-User", "ai"),
        ("curl", ""),
    ]
    only = owner.get(f"{url}?kind=ai").context["view"].apps.rows
    assert [row.name for row in only] == ["ChatGPT-User"]
    assert [r.name for r in owner.get(f"{url}?kind=unknown").context["view"].apps.rows] == ["curl"]


@pytest.fixture
def apis(people, project):
    project.category, project.tags = "Money", ["public", "mobile"]
    project.docs_are_public = True
    project.save()
    people.owner.projects.create(name="Accounts", description="Who is who")
    people.stranger.projects.create(name="Not theirs")
    return project


def named(client, query=""):
    return [row.project.name for row in client.get(f"/catalog/?{query}").context["page"].rows]


def test_the_catalog_has_the_apis_of_one_s_teams_and_no_others(owner, apis):
    assert named(owner) == ["Accounts", "Bookshop API"]
    assert named(owner, "category=Money") == ["Bookshop API"]
    assert named(owner, "tag=mobile") == ["Bookshop API"]
    assert named(owner, "show=public-docs") == ["Bookshop API"]
    assert named(owner, "q=who") == ["Accounts"]


def test_it_says_how_good_an_api_is_and_who_follows_it(owner, people, apis):
    ProjectScore.objects.create(
        project=apis, bucket=midnight(), stage="run_time", value=84.0, groups={}
    )
    for _ in range(2):
        owner.post(f"/catalog/{apis.uuid}/follow/", {"follow": "yes"})
    row = next(r for r in owner.get("/catalog/").context["page"].rows if r.project == apis)
    assert (row.grade, row.followers, row.is_followed) == ("B", 1, True)
    assert named(owner, "show=followed") == ["Bookshop API"]
    owner.post(f"/catalog/{apis.uuid}/follow/", {"follow": "no"})
    assert not ProjectFollower.objects.exists()


def test_following_takes_no_right_but_to_look(client, people, apis):
    client.force_login(people.viewer)
    client.post(f"/catalog/{apis.uuid}/follow/", {"follow": "yes"})
    client.force_login(people.stranger)
    assert client.post(f"/catalog/{apis.uuid}/follow/", {"follow": "yes"}).status_code == 404
    assert ProjectFollower.objects.count() == 1


def test_those_who_may_write_describe_an_api(owner, apis):
    entry = f"/catalog/{apis.uuid}/"
    owner.post(entry, {"description": "Books", "category": " Trade  goods ", "tags": "a, b ,a,,"})
    apis.refresh_from_db()
    assert (apis.description, apis.category, apis.tags) == ("Books", "Trade goods", ["a", "b"])
    assert owner.post(entry, {"tags": "x" * 40}).status_code == 400
