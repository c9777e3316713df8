"""What stands around a page speaks its language, and no link of the site is dead in any of them."""

import posixpath
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from treblle_website.languages import LANGUAGES
from treblle_website.models import HeaderAndFooter

STARTS = ("/", *(f"/{code}/" for code, _ in LANGUAGES[1:]))


def soup(path):
    return BeautifulSoup(Client().get(path).content, "html.parser")


def labels(page, where):
    return [link.get_text(strip=True) for link in page.select(f"{where} a")]


def test_header_and_footer_speak_the_language_of_the_page(home):
    german, english = soup("/de/"), soup("/")
    assert labels(german, "header nav") == ["Produkt", "Integrationen", "Preise", "Doku"]
    assert labels(english, "header nav") == ["Product", "Integrations", "Pricing", "Docs"]
    assert "Datenschutz" in labels(german, "footer")
    assert german.select_one("header .brand")["href"] == "/de/"


def test_a_language_without_a_translation_gets_the_first(home):
    HeaderAndFooter.objects.get().translations.all().delete()
    assert labels(soup("/de/"), "header nav") == labels(soup("/"), "header nav")


def test_a_link_leads_to_the_page_in_the_readers_language(home):
    def home_link(path, label):
        [link] = [a for a in soup(path).select("footer a") if a.get_text() == label]
        return link["href"]

    assert home_link("/de/", "Überblick") == "/de/"
    assert home_link("/", "Overview") == "/"


def test_publishers_change_the_words_of_each_language_in_one_place(publisher, home):
    frame = HeaderAndFooter.objects.get()
    page = publisher.get(
        reverse("wagtailsettings:edit", args=["treblle_website", "headerandfooter", frame.site_id]),
        follow=True,
    ).content.decode()
    assert "In other languages" in page
    assert "Datenschutz" in page


def addresses(page, path):
    """Where the page leads to, and what it loads, on this site; without marks within a page."""
    found = page.find_all(href=True) + page.find_all(src=True) + page.find_all("source")
    named = [tag.get("href") or tag.get("src") for tag in found]
    named += [
        each.split()[0] for tag in found for each in tag.get("srcset", "").split(", ") if each
    ]
    named += [tag["action"] for tag in page.find_all("form", action=True)]
    named += [urlsplit(tag["content"]).path for tag in page.find_all("meta", property="og:image")]
    for each in named:
        whole = urljoin(f"http://testserver{path}", each)
        if urlsplit(whole).netloc == "testserver":
            yield urldefrag(whole).url.removeprefix("http://testserver")


@pytest.mark.django_db
def test_no_link_of_the_site_is_dead_in_any_language(home, settings):
    settings.WHITENOISE_USE_FINDERS = True
    visitor, waiting, seen, dead = Client(), list(STARTS), set(STARTS), []
    while waiting:
        path = waiting.pop()
        answer = visitor.get(path)
        if answer.status_code != 200:
            dead.append((path, answer.status_code))
        if answer.get("Content-Type", "").startswith("text/html"):
            page = BeautifulSoup(answer.content, "html.parser")
            new = {each for each in addresses(page, path) if each not in seen}
            seen |= new
            waiting += new
    assert dead == []
    # It went as far as the last page of the help, and to every language.
    assert {*STARTS, "/pricing/", "/help/", "/help/log-in/", "/contact/"} <= seen
    assert {posixpath.splitext(path)[1] for path in seen} >= {"", ".css", ".svg", ".png"}
