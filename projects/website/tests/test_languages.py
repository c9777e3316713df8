"""What stands around a page speaks its language, and no link of the site is dead in any of them."""

import posixpath
import re
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from treblle_website.languages import LANGUAGES
from treblle_website.models import HeaderAndFooter, HomePage

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


# Names, and what every language writes so.
ORIGINAL = re.compile(
    r"Treblle|Django|Flask|FastAPI|Starlette|Express|Koa|WSGI|HAR|OpenAPI|SQLite|Framework|Deutsch"
    r"|Dashboard|Tracing \(APM\)|Free|Team|Teams|Business|Enterprise|November 2026|Status|Blog|Alarm|Export"
    r"|(Django|Flask|Express) \(|Blog · Treblle|Live|GET|256 KB|mask"
    r"|Viewer|Member|Owner|Standard Webhooks|article|website|summary_large_image"
    r"|\S+ · (pip|npm) install \S+|https?://\S+|[#/]\S*|\d+"
)
NOT_READ = "pre, code, script, strong, [aria-hidden=true], meta[name=viewport], [lang=en]:not(html)"


def words_of(path):
    """All that is read or read out on a page, its head included; code and pictures are not."""
    page = soup(path)
    for tag in page.select(NOT_READ):
        tag.decompose()
    found = set(page.stripped_strings)
    for tag in page.find_all(True):
        found |= {tag[name] for name in ("aria-label", "placeholder", "alt") if tag.get(name)}
    found |= {tag["content"] for tag in page.select("meta[name=description], meta[property]")}
    return {each for each in found if re.search("[A-Za-z]{2}", each)}


def sitemap():
    """Addresses and, for each, its alternates by language."""
    root = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return {
        entry.findtext("s:loc", namespaces=names): {
            link.get("hreflang"): link.get("href")
            for link in entry.iterfind("{http://www.w3.org/1999/xhtml}link")
        }
        for entry in root.iterfind("s:url", names)
    }


def pages_of(language):
    """Addresses of the sitemap in that language."""
    paths = [urlsplit(address).path for address in sitemap()]
    return {path for path in paths if path.startswith("/de/") == (language == "de")}


def test_a_german_visitor_meets_no_english_words(home):
    english = set().union(*(words_of(path) for path in pages_of("en")))
    german = {*pages_of("de"), "/de/nothing/", "/de/help/?q=mask", "/de/blog/"}
    assert {"/de/preise/", "/de/kontakt/", "/de/help/masking/", "/de/help/"} <= german
    english |= words_of("/nothing/") | words_of("/help/?q=mask") | words_of("/blog/")
    left = {
        path: [each for each in words_of(path) & english if not ORIGINAL.fullmatch(each)]
        for path in german
    }
    assert {path: words for path, words in left.items() if words} == {}


def test_links_of_a_german_page_lead_to_german_pages(home):
    for path in pages_of("de"):
        for link in soup(path).select("a[href^='/']"):
            assert link["href"].startswith("/de/"), (path, link)


def test_each_page_names_itself_in_each_language_in_head_footer_and_sitemap(home, settings):
    alternates = sitemap()
    site = settings.WEBSITE_URL
    pairs = [
        ("/pricing/", "/de/preise/"),
        ("/contact/", "/de/kontakt/"),
        ("/help/", "/de/help/"),
        ("/help/masking/", "/de/help/masking/"),
    ]
    for english, german in pairs:
        both = {"en": f"{site}{english}", "de": f"{site}{german}"}
        for path in (english, german):
            page = soup(path)
            head = {tag["hreflang"]: tag["href"] for tag in page.select("link[hreflang]")}
            assert head == both | {"x-default": both["en"]}
            assert page.select_one("link[rel=canonical]")["href"] == f"{site}{path}"
            [switch] = page.select("footer .languages a")
            assert switch["href"] == both[switch["hreflang"]]
            assert alternates[f"{site}{path}"] == both


def test_a_page_of_the_help_that_is_not_translated_is_shown_as_it_is_and_says_so(
    home, settings, tmp_path
):
    contents = '[[groups]]\ntitle = "Start"\nde = "Anfang"\npages = ["one", "two"]\n'
    (tmp_path / "contents.toml").write_text(contents)
    for name in ("one", "two", "de/one"):
        file = tmp_path / f"{name}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"# Title {name}\n\nSummary\n\n[a](two.md)\n")
    settings.HELP_PATH = str(tmp_path)
    assert soup("/de/help/one/").h1.get_text() == "Title de/one"
    assert soup("/de/help/one/").select_one(".prose a")["href"] == "/de/help/two/"
    page = soup("/de/help/two/")
    assert (page.h1.get_text(), page.article["lang"]) == ("Title two", "en")
    assert page.select_one("link[rel=canonical]")["href"] == f"{settings.WEBSITE_URL}/help/two/"
    assert page.select("link[hreflang]") == []
    assert "/de/help/two/" not in pages_of("de")
    assert "/de/help/one/" in pages_of("de")


def test_a_failure_is_told_in_the_language_of_the_page(client, home, monkeypatch):
    def broken(page, *args, **options):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(HomePage, "serve", broken)
    client.raise_request_exception = False
    page = BeautifulSoup(client.get("/de/").content, "html.parser")
    assert (page.html["lang"], page.h1.get_text()) == ("de", "Bei uns ist etwas schiefgegangen")


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
    assert {"/de/preise/", "/de/help/log-in/", "/de/kontakt/"} <= seen
    assert {posixpath.splitext(path)[1] for path in seen} >= {"", ".css", ".svg", ".png"}
