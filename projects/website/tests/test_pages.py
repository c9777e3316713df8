"""What visitors get."""

import gzip
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from treblle_website.models import ContentPage, HomePage

ENGLISH = (
    *("/", "/product/", "/integrations/", "/pricing/", "/compare/", "/docs/"),
    *("/security/", "/data/", "/changelog/", "/privacy/", "/terms/"),
)
GERMAN = (
    *("/de/", "/de/produkt/", "/de/integrationen/", "/de/preise/", "/de/vergleich/", "/de/doku/"),
    *("/de/sicherheit/", "/de/daten/", "/de/aenderungen/", "/de/datenschutz/"),
    "/de/bedingungen/",
)
PAGES = (*ENGLISH, *GERMAN)
FIRST_LOAD_LIMIT_BYTES = 100_000
QUERY_LIMIT = 60
# Addresses that are names, never fetched.
NAMES = {"http://www.w3.org/2000/svg"}

every_page = pytest.mark.parametrize("path", PAGES)


def read(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def links(page: BeautifulSoup, label: str) -> list[str]:
    return [str(a["href"]) for a in page.find_all("a") if a.get_text(strip=True) == label]


def content(page: BeautifulSoup, name: str) -> str:
    return page.select_one(f'meta[name="{name}"], meta[property="{name}"]')["content"]


def test_home_says_what_the_product_is(client, home):
    page = read(client, "/")
    assert [h.get_text() for h in page.find_all("h1")] == [
        "See what your APIs do, while they do it"
    ]
    assert "TreblleMiddleware" in page.find("pre", tabindex="0").get_text()


def test_pricing_shows_every_plan_with_its_limits(client, home):
    plans = read(client, "/pricing/").select(".plan")
    names = [plan.find("h2").get_text() for plan in plans]
    assert names == ["Free", "Team", "Business", "Enterprise"]
    assert plans[0].select_one(".price").get_text(strip=True) == "$0"
    for plan in plans:
        assert [d.get_text() for d in plan.find_all("dt")] == [
            "Requests a month",
            "Kept for",
            "Members",
        ]


@every_page
def test_log_in_and_start_free_lead_to_the_platform(client, home, settings, path):
    page = read(client, path)
    log_in, sign_up = f"{settings.PLATFORM_URL}/accounts/login/", "/accounts/signup/"
    assert {a["href"] for a in page.select(".entry a")} == {
        log_in,
        f"{settings.PLATFORM_URL}{sign_up}",
    }


def test_enterprise_writes_to_the_address_mail_comes_from(client, db, settings):
    settings.DEFAULT_FROM_EMAIL = "Treblle <sales@example.com>"
    call_command("seed_site")
    assert links(read(client, "/pricing/"), "Write to us") == ["mailto:sales@example.com"]


@every_page
def test_every_inner_link_leads_somewhere(client, home, path):
    page = read(client, path)
    hrefs = {str(tag["href"]) for tag in page.find_all(href=True)}
    inner = {href for href in hrefs if href.startswith("/") and not href.startswith("/static/")}
    assert inner & {"/pricing/", "/de/preise/"}
    for href in inner:
        assert client.get(href).status_code == 200, href
    for href in hrefs - inner:
        if href.startswith("/static/"):
            assert finders.find(href.removeprefix("/static/")), href
        elif href.startswith("#"):
            assert page.find(id=href[1:]), href


@every_page
def test_a_page_loads_nothing_from_other_hosts_and_runs_no_script(client, home, settings, path):
    html = client.get(path).content.decode()
    page = BeautifulSoup(html, "html.parser")
    # A block of data is no script: browsers never run it.
    assert {tag["type"] for tag in page.find_all("script")} <= {"application/ld+json"}
    assert page.find_all(style=True) == []
    assert not re.search(r"\son\w+=", html)
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("img, link, source, use")]
    hosts = {urlsplit(str(address)).netloc for address in loaded}
    assert hosts <= {"", urlsplit(settings.WEBSITE_URL).netloc}
    sheet = finders.find("treblle_website/site.css")
    with open(sheet) as file:
        assert "url(" not in file.read()


@every_page
def test_the_policy_allows_no_script_and_only_own_files(client, home, path):
    policy = client.get(path)["Content-Security-Policy"]
    directives = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    assert directives["default-src"] == ["'none'"]
    assert directives["style-src"] == ["'self'"]
    assert "script-src" not in directives
    assert "unsafe" not in policy


@every_page
def test_visitors_get_no_cookie_and_pages_may_be_shared_by_caches(client, home, path):
    response = client.get(path)
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    again = client.get(path, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_first_load_is_small(client, home):
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    files = [str(finders.find(f"treblle_website/{name}")) for name in ("site.css", "favicon.svg")]
    size = len(page.content)
    for file in files:
        with open(file, "rb") as opened:
            size += len(opened.read())
    assert size < FIRST_LOAD_LIMIT_BYTES
    assert "Treblle" in gzip.decompress(page.content).decode()


def test_the_style_sheet_is_served(home, settings):
    settings.WHITENOISE_USE_FINDERS = True
    response = Client().get("/static/treblle_website/site.css")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")


@every_page
def test_search_engines_and_previews_get_their_words(client, home, settings, path):
    page = read(client, path)
    assert page.select_one("link[rel=canonical]")["href"] == f"{settings.WEBSITE_URL}{path}"
    assert content(page, "og:url") == f"{settings.WEBSITE_URL}{path}"
    assert 50 <= len(content(page, "description")) <= 250
    assert content(page, "og:description") == content(page, "description")
    assert content(page, "og:image").startswith(f"{settings.WEBSITE_URL}/share/")
    assert page.title.get_text().endswith("· Treblle")


@every_page
def test_a_page_has_one_main_heading_and_no_id_twice(client, home, path):
    page = read(client, path)
    assert len(page.find_all("h1")) == 1
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for label in page.find_all("label"):
        assert page.find(id=label["for"])


@every_page
def test_a_page_asks_the_database_little(client, home, path, django_assert_max_num_queries):
    client.get(path)
    cache.clear()
    with django_assert_max_num_queries(QUERY_LIMIT):
        client.get(path)


def test_sitemap_lists_every_published_page(client, home, settings):
    data = ContentPage.objects.get(slug="data")
    data.unpublish()
    found = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    pages = {*PAGES, "/contact/", "/de/kontakt/"} - {"/data/"}
    assert {f"{settings.WEBSITE_URL}{path}" for path in pages} <= set(found)
    assert len(found) == len(set(found))
    assert f"{settings.WEBSITE_URL}/data/" not in found


def test_robots_keep_out_of_the_editor_and_find_the_sitemap(client, settings):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /cms/" in lines
    assert f"Sitemap: {settings.WEBSITE_URL}/sitemap.xml" in lines


def test_an_unknown_address_gets_our_page_and_404(client, home):
    response = client.get("/no/such/page/")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 404
    assert page.h1.get_text() == "There is no such page"
    assert links(page, "Pricing")
    assert "unsafe" not in response["Content-Security-Policy"]


def test_header_and_footer_leave_out_links_to_unpublished_pages(client, home):
    ContentPage.objects.get(slug="data").unpublish()
    hrefs = [str(link["href"]) for link in read(client, "/").select("nav a")]
    assert "/pricing/" in hrefs
    assert "/data/" not in hrefs


def test_a_failure_shows_a_plain_page(client, home, monkeypatch):
    def broken(page: HomePage, *args: Any, **options: Any) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(HomePage, "serve", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told(client, path):
    assert client.get(path).json() == {"status": "ok"}
