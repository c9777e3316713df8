"""Each page of the platform links to the page of the help that explains it."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.urls import URLResolver, get_resolver
from treblle_platform.help import PAGES

TEXTS = Path(__file__).parents[3] / "docs" / "help"
WEBSITE = "https://www.example.com"
# What is no page under the frame: answers to programs, and pages that stand in others' sites.
NO_PAGES = {"mail", "palette", "portal", "reference", "staff", "webhooks", "profile"}


def help_link(client, path):
    page = BeautifulSoup(client.get(path).content, "html.parser")
    link = page.find("a", attrs={"aria-label": "Help with this page, in a new tab"})
    return link and link["href"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("", "dashboard"),
        ("requests/", "requests"),
        ("endpoints/", "endpoints-and-docs"),
        ("problems/", "problems-and-checks"),
        ("alerts/", "alerts"),
        ("settings/", "retention"),
        ("settings/erase/", "erasure"),
        ("team/", "teams"),
    ],
)
def test_a_page_leads_to_the_help_that_explains_it(owner, project, settings, path, page):
    settings.WEBSITE_URL = f"{WEBSITE}/"
    link = help_link(owner, f"/projects/{project.uuid}/{path}")
    assert link == f"{WEBSITE}/help/{page}/"


def test_pages_of_the_account_and_strangers_have_help_too(owner, client, settings):
    settings.WEBSITE_URL = WEBSITE
    assert help_link(owner, "/account/billing/") == f"{WEBSITE}/help/plans/"
    assert help_link(owner, "/account/security/") == f"{WEBSITE}/help/log-in/"
    assert help_link(owner, "/account/") == f"{WEBSITE}/help/"
    client.logout()
    assert help_link(client, "/accounts/login/") == f"{WEBSITE}/help/log-in/"


def test_without_a_website_no_page_links_to_its_help(owner, project, settings):
    settings.WEBSITE_URL = ""
    assert help_link(owner, f"/projects/{project.uuid}/") is None


def test_every_page_named_is_in_the_help():
    assert [page for page in PAGES.values() if not (TEXTS / f"{page}.md").exists()] == []


def test_no_part_of_the_platform_was_forgotten():
    parts = {
        each.namespace for each in get_resolver().url_patterns if isinstance(each, URLResolver)
    }
    assert parts - {None} - NO_PAGES - set(PAGES) == set()
