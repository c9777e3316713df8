"""Pages kept in memory, what is due by the clock, counting, redirects, languages, structured data."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from treblle_website import clock, published, statistics
from treblle_website.models import ContentPage, PageViews
from wagtail.contrib.redirects.models import Redirect


@pytest.fixture
def data(home):
    return ContentPage.objects.get(slug="data")


def heading(path):
    return BeautifulSoup(Client().get(path).content, "html.parser").h1.get_text()


def test_a_kept_page_asks_the_database_for_the_version_at_most(home, django_assert_max_num_queries):
    Client().get("/")
    with django_assert_max_num_queries(1):
        assert Client().get("/").status_code == 200


def test_a_kept_page_ends_with_a_publication(data):
    assert heading("/data/") == data.title
    data.title = "Your data"
    data.save_revision()
    assert heading("/data/") != "Your data"
    data.get_latest_revision().publish()
    assert heading("/data/") == "Your data"


def test_another_process_sees_a_publication(data, monkeypatch):
    """What another process published is in the database alone; it is asked again after a second."""
    before = published.current()
    published.PublishedVersion.objects.update_or_create(pk=1, defaults={"number": before + 5})
    monkeypatch.setattr(published._Remembered, "until", 0.0)
    assert published.current() == before + 5


def test_editors_are_never_given_a_kept_page(editor, home):
    Client().get("/")
    assert "public" not in editor.get("/").get("Cache-Control", "")


def test_the_contact_form_is_never_kept(home):
    assert "no-store" in Client().get("/contact/")["Cache-Control"]


def test_a_page_is_published_at_its_time_by_the_clock(data):
    data.title = "From tomorrow"
    data.go_live_at = timezone.now() + timedelta(days=1)
    data.save_revision().publish()
    clock.tick()
    assert heading("/data/") != "From tomorrow"
    revision = data.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(seconds=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    clock.tick()
    assert heading("/data/") == "From tomorrow"


def test_views_are_counted_by_page_and_day_without_robots_and_editors(home, editor):
    statistics.flush()
    PageViews.objects.all().delete()
    person = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    for _ in range(3):
        Client().get("/pricing/", headers=person)
    Client().get("/pricing/", headers={"User-Agent": "Examplebot/1.0"})
    Client().get("/nowhere/", headers=person)
    editor.get("/pricing/", headers=person)
    assert statistics.flush() == 1
    Client().get("/pricing/", headers=person)
    statistics.flush()
    assert list(PageViews.objects.values_list("path", "views")) == [("/pricing/", 4)]


def test_counts_are_shown_to_editors(editor):
    PageViews.objects.create(day="2026-11-25", path="/pricing/", views=41)
    page = editor.get("/cms/page-views/").content.decode()
    assert "/pricing/" in page
    assert "41" in page


def test_an_old_address_leads_to_the_new_one(home, publisher):
    Redirect.objects.create(old_path="/preise", redirect_link="/pricing/")
    response = Client().get("/preise/")
    assert (response.status_code, response["Location"]) == (301, "/pricing/")
    assert publisher.get("/cms/redirects/").status_code == 200


def test_the_home_page_is_there_in_german_and_each_names_the_other(home, settings):
    page = BeautifulSoup(Client().get("/de/").content, "html.parser")
    assert page.html["lang"] == "de"
    assert page.h1.get_text() == "Sehen, was Ihre APIs tun, während sie es tun"
    for path in ("/", "/de/"):
        head = BeautifulSoup(Client().get(path).content, "html.parser")
        others = {tag["hreflang"]: tag["href"] for tag in head.select("link[hreflang]")}
        assert others == {
            "en": f"{settings.WEBSITE_URL}/",
            "de": f"{settings.WEBSITE_URL}/de/",
            "x-default": f"{settings.WEBSITE_URL}/",
        }


def test_a_browser_that_prefers_german_gets_the_page_it_asked_for(home):
    response = Client().get("/", headers={"Accept-Language": "de"})
    assert BeautifulSoup(response.content, "html.parser").html["lang"] == "en"
    assert "Accept-Language" not in response.get("Vary", "")


def things(path):
    page = BeautifulSoup(Client().get(path).content, "html.parser")
    return {
        thing["@type"]: thing
        for thing in json.loads(page.select_one("script[type='application/ld+json']").string)
    }


def test_search_engines_are_told_what_a_page_is(home, settings):
    assert things("/")["SoftwareApplication"]["url"] == f"{settings.WEBSITE_URL}/"
    assert things("/")["FAQPage"]["mainEntity"][0]["name"] == "Does it slow down my API?"
    steps = things("/pricing/")["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Treblle", "Pricing"]


def test_structured_data_cannot_end_its_element(data):
    data.title = "</script><b>"
    data.save_revision().publish()
    assert "</script><b>" not in Client().get("/data/").content.decode()
    assert things("/data/")["BreadcrumbList"]["itemListElement"][-1]["name"] == "</script><b>"
