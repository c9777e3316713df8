"""Two versions of a section: half of the visitors see one, half the other, and no page is made twice."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from treblle_website import statistics, visitors
from treblle_website.models import PageViews
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
CALL = {"text": "", "actions": streamfield([])}


def call(headline):
    return streamfield([("call_to_action", CALL | {"headline": headline})])


@pytest.fixture
def both(home, publisher):
    """The home page with two versions of its only section, as a publisher makes it in the editor."""
    form = {
        "title": "Treblle",
        "slug": "treblle",
        "body": streamfield([("versions", {"a": call("Begin now"), "b": call("Try it")})]),
        "comments": inline_formset([]),
        "action-publish": "action-publish",
    }
    publisher.post(
        reverse("wagtailadmin_pages:edit", args=[home.pk]), nested_form_data(form), follow=True
    )
    return home


@pytest.fixture
def visitor(rf):
    """An address of each half."""
    found = {}
    for number in range(64):
        address = f"203.0.113.{number}"
        found[visitors.half_of(rf.get("/", REMOTE_ADDR=address))] = address
    return {half: Client(REMOTE_ADDR=address, headers=PERSON) for half, address in found.items()}


def headlines(answer):
    return [each.get_text() for each in BeautifulSoup(answer.content, "html.parser").main("h2")]


def test_each_half_sees_its_version_all_day_and_gets_no_cookie(both, visitor):
    for _ in range(2):
        for half, headline in (("a", "Begin now"), ("b", "Try it")):
            answer = visitor[half].get("/")
            assert headlines(answer) == [headline]
            assert answer.cookies == {}


def test_the_page_is_kept_once_for_each_half(both, visitor, django_assert_max_num_queries):
    for half in "ab":
        visitor[half].get("/")
    for half, headline in (("a", "Begin now"), ("b", "Try it")):
        with django_assert_max_num_queries(1):
            assert headlines(visitor[half].get("/")) == [headline]


def test_no_cache_in_front_keeps_a_version_for_all(both, visitor, settings):
    settings.FRONTEND_CACHE_URL = "http://cache.example"
    assert "private" in visitor["a"].get("/")["Cache-Control"]
    assert "s-maxage" not in visitor["a"].get("/")["Cache-Control"]
    assert "s-maxage" in visitor["a"].get("/pricing/")["Cache-Control"]


def test_a_draft_shows_both(both, publisher):
    answer = publisher.get(reverse("wagtailadmin_pages:view_draft", args=[both.pk]))
    assert headlines(answer) == ["Begin now", "Try it"]


def test_what_each_half_looked_at_is_counted(both, visitor, publisher):
    statistics.flush()
    PageViews.objects.all().delete()
    for half, times in (("a", 3), ("b", 1)):
        for _ in range(times):
            visitor[half].get("/pricing/")
    statistics.flush()
    visitor["b"].get("/pricing/")
    statistics.flush()
    [row] = PageViews.objects.all()
    assert (row.path, row.views, row.views_in_a, row.views_in_b) == ("/pricing/", 5, 3, 2)
    page = BeautifulSoup(publisher.get("/cms/page-views/").content, "html.parser")
    assert "Half A Half B" in page.main.get_text(" ", strip=True)
    assert "/pricing/ 5 3 2" in page.main.get_text(" ", strip=True)


def test_halves_are_even_and_another_secret_divides_otherwise(rf, settings):
    requests = [rf.get("/", REMOTE_ADDR=f"198.51.{n // 200}.{n % 200}") for n in range(1000)]
    first = [visitors.half_of(request) for request in requests]
    settings.SECRET_KEY = f"{settings.SECRET_KEY}-another"
    second = [visitors.half_of(request) for request in requests]
    assert 400 < first.count("a") < 600
    assert 400 < sum(a == b for a, b in zip(first, second, strict=True)) < 600
