"""The search over everything: it finds what one may see, by kind, and leads there."""

import re

import pytest
from django.utils import timezone
from treblle_models.models import Collection, Endpoint, SavedSearch


@pytest.fixture
def found(client, people, project):
    """Labels and addresses that words find, as somebody."""

    def search(text, user=people.viewer, **more):
        client.force_login(user)
        page = client.get("/search/", {"q": text} | more, headers={"X-Part": "1"}).content.decode()
        return re.findall(r'href="([^"]+)"[^>]*>.*?<span class="hit-label">([^<]*)<', page)

    return search


def test_each_kind_is_found_and_leads_to_its_page(
    found, people, project, book, customer, problem, add_request
):
    request = add_request(path="/orders/9")
    SavedSearch.objects.create(
        project=project, user=people.owner, name="Slow ones", query="min_ms=100", is_shared=True
    )
    lead = f"/projects/{project.uuid}"
    assert (f"{lead}/", "Bookshop API") in found("shop book")
    assert (f"{lead}/endpoints/{book.uuid}/", "GET /books/{id}") in found("BOOKS get")
    assert f"{lead}/customers/{customer.uuid}/" in dict(found(customer.external_id[:4]))
    assert f"{lead}/problems/{problem.uuid}/" in dict(
        found(problem.error_message or problem.error_type)
    )
    assert (f"{lead}/requests/?min_ms=100", "Slow ones") in found("slow")
    assert (f"{lead}/requests/{request.uuid}/", "GET /orders/9 200") in found(str(request.uuid))
    assert found("4bf92f3577b34da6a3ce929d0e0e4736")[0][0].startswith("/traces/4bf92f")


def test_pages_of_the_project_one_looks_at_come_first(found, people, project):
    [first, *_] = found("dash", project=str(project.uuid))
    assert first == (f"/projects/{project.uuid}/", "Dashboard")
    assert "Set-up" not in [label for _, label in found("", project=str(project.uuid))]
    assert "Set-up" in [
        label for _, label in found("set", people.member, project=str(project.uuid))
    ]


def test_what_one_may_not_see_is_not_found(found, people, project, book, add_request):
    request = add_request()
    Collection.objects.create(user=people.owner, name="Secret plans")
    for text in ("books", "bookshop", str(request.uuid), "secret"):
        assert found(text, people.stranger, project=str(project.uuid)) == []


def test_it_is_a_page_without_script(client, people, project):
    client.force_login(people.owner)
    page = client.get("/search/", {"q": "bookshop"}).content.decode()
    assert f'href="/projects/{project.uuid}/"' in page
    assert "Nothing is called so" in client.get("/search/", {"q": "zzz"}).content.decode()


def test_the_project_one_looks_at_is_searched_first(found, people, project, book):
    other = people.viewer.projects.create(name="Other")
    for number in range(8):
        Endpoint.objects.create(
            project=other,
            method="GET",
            template=f"/books/{number}",
            template_digest=str(number),
            source="traffic",
            first_seen_at=timezone.now(),
        )
    urls = [url for url, _ in found("books", project=str(project.uuid)) if "/endpoints/" in url]
    assert urls[0].endswith(f"{book.uuid}/")
    assert len(urls) == 6
