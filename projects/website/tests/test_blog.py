"""The blog, against a double that speaks Ghost's Content API as ghost.org/docs/content-api has it."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from tests.support.ghost import KEY, ghost_double


@pytest.fixture
def ghost(home, settings):
    with ghost_double(count=14) as (url, double):
        settings.GHOST_URL, settings.GHOST_CONTENT_KEY = url, KEY
        yield double


def text(path):
    return BeautifulSoup(Client().get(path).content, "html.parser").main.get_text(" ", strip=True)


def test_posts_are_listed_and_shown(ghost):
    assert "First words" in text("/blog/")
    assert "Hello there" in text("/blog/first-words/")
    assert "The team" in text("/blog/first-words/")


def test_nothing_in_a_post_runs(ghost):
    page = BeautifulSoup(Client().get("/blog/first-words/").content, "html.parser")
    assert page.main.find(["script", "iframe"]) is None
    assert page.main.find(onerror=True) is None


def soup(path):
    return BeautifulSoup(Client().get(path).content, "html.parser")


def test_pictures_code_and_tables_of_a_post_can_be_seen_and_reached(ghost, settings):
    page = soup("/blog/post-1/").main
    cover, chart = page.find_all("img")
    assert cover["src"] == f"{settings.GHOST_URL}/content/images/cover.png"
    assert (chart["alt"], chart["loading"], chart["width"]) == ("", "lazy", "1600")
    assert page.pre["tabindex"] == "0"
    assert page.figcaption.get_text() == "Errors by day."
    assert page.table.find_all("td")[0].get_text() == "502"


def test_a_post_without_author_picture_and_tags_is_whole_without_them(ghost):
    page = soup("/blog/post-2/")
    assert "None" not in page.main.get_text()
    assert page.select(".photo, a[href*='/tag/']") == []


def test_older_posts_are_on_the_next_page(ghost):
    first, second = soup("/blog/"), soup("/blog/?page=2")
    assert len(first.select(".posts li")) == 12
    assert [a["href"] for a in first.select(".pager a")] == ["?page=2"]
    assert len(second.select(".posts li")) == 2
    assert [a["href"] for a in second.select(".pager a")] == ["?page=1"]
    assert Client().get("/blog/?page=3").status_code == 404


def test_a_tag_leads_to_its_posts_and_internal_ones_are_not_shown(ghost):
    page = soup("/blog/")
    assert {a.get_text() for a in page.select("a[href*='/tag/']")} == {"News"}
    tagged = soup("/blog/tag/news/")
    assert tagged.h1.get_text() == "News"
    assert len(tagged.select(".posts li")) == 2
    assert Client().get("/blog/tag/nothing/").status_code == 404


def test_in_german_what_is_around_posts_is_german_and_search_engines_keep_one(ghost, settings):
    page = soup("/de/blog/post-1/")
    assert page.select_one("time").get_text() == "27. Oktober 2026"
    assert page.h1["lang"] == "en"
    canonical = page.select_one("link[rel=canonical]")["href"]
    assert canonical == f"{settings.WEBSITE_URL}/blog/post-1/"
    assert page.select("link[hreflang]") == []
    [link] = [a for a in page.select("header nav a") if a.get_text() == "Blog"]
    assert link["href"] == "/de/blog/"


def test_answers_are_kept_for_some_minutes(ghost):
    for _ in range(3):
        text("/blog/?page=1")
    assert len(ghost.asked) == 1


def test_the_last_good_copy_is_shown_while_ghost_is_away(ghost):
    text("/blog/first-words/")
    cache.clear()
    ghost.is_away = True
    assert "Hello there" in text("/blog/first-words/")
    asked = len(ghost.asked)
    text("/blog/first-words/?again=1")
    assert len(ghost.asked) == asked, "a blog that is away is left alone for a while"


def test_what_was_never_read_is_said_to_be_away(ghost):
    ghost.is_away = True
    response = Client().get("/blog/")
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]
    assert "The blog is away" in text("/blog/")


def test_a_post_that_is_not_there_is_404(ghost):
    assert Client().get("/blog/nothing/").status_code == 404
    assert Client().get("/blog/?page=0").status_code == 404


def test_the_blog_stands_in_header_and_sitemap_where_there_is_one(ghost, settings):
    assert 'href="/blog/"' in Client().get("/").content.decode()
    assert (
        f"{settings.WEBSITE_URL}/blog/first-words/" in Client().get("/sitemap.xml").content.decode()
    )


def test_without_a_ghost_there_is_no_blog_and_nothing_leads_to_it(home):
    response = Client().get("/blog/")
    assert response.status_code == 404
    assert "connected none" in response.content.decode()
    assert 'href="/blog/"' not in Client().get("/").content.decode()
