"""The help: every page opens, its links lead somewhere, and words find it."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from treblle_website.help.library import library, read

SLUGS = tuple(library(settings.HELP_PATH).pages)


def soup(path):
    response = Client().get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "html.parser")


def found(query):
    page = BeautifulSoup(Client().get("/help/", {"q": query}).content, "html.parser")
    return [a["href"] for a in page.select(".results a")]


def test_every_file_of_the_help_is_in_its_contents(home):
    links = {a["href"] for a in soup("/help/").select(".shelf a")}
    assert links == {f"/help/{slug}/" for slug in SLUGS}
    files = {path.stem for path in (settings_folder()).glob("*.md")}
    assert files == set(SLUGS)


def settings_folder():
    from pathlib import Path

    return Path(settings.HELP_PATH)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_of_the_help_links_to_what_is_there(home, slug):
    page = soup(f"/help/{slug}/")
    assert len(page.find_all("h1")) == 1
    assert page.select_one(".lead").get_text()
    for link in page.select("article a[href]"):
        href = link["href"]
        if href.startswith("#"):
            assert page.find(id=href[1:])
        elif href.startswith("/"):
            assert Client().get(href).status_code == 200
        else:
            assert re.match("https://", href)


def test_the_help_is_found_by_the_beginnings_of_words(home):
    assert found("mask")[0] == "/help/masking/"
    assert "/help/troubleshooting/" in found("429")
    assert found("webhook signat")[0] == "/help/alerts/"
    assert found("nonsensicalword") == []
    assert len(found("the")) <= len(SLUGS)


def test_what_was_asked_for_is_shown_as_text_only(home):
    page = Client().get("/help/", {"q": "<b>x</b>"}).content.decode()
    assert "<b>x</b>" not in page


def test_an_unknown_page_of_the_help_is_404(home):
    assert Client().get("/help/nothing/").status_code == 404


def test_html_in_markdown_is_text():
    page = read("x", "g", "# T\n\nS\n\n<script>alert(1)</script>\n\n[a](masking.md#by-name)\n")
    assert "<script>" not in page.html
    assert 'href="/help/masking/#by-name"' in page.html
