"""What the website tells a visitor to add is what the set-up page gives the customer."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from django.utils.module_loading import import_string
from treblle_website.seed import home, integrations

SNIPPETS = files("treblle_platform.onboarding") / "templates/onboarding/snippets"
QUICK_START = Path(__file__).parents[2] / "docs/help/quick-start.md"
PLACES = {label: place for label, place, _ in integrations.TABS}
# By framework: the lines of the website, and the files of the set-up page that install and add.
ADDED = {
    "Django": (home.DJANGO, "sdk-install.txt", "django.txt"),
    "Flask": (integrations.FLASK, "sdk-install.txt", "flask.txt"),
    "FastAPI": (integrations.FASTAPI, "sdk-install.txt", "fastapi.txt"),
    "Express": (home.EXPRESS, "express-install.txt", "express.txt"),
}


def snippet(name):
    return (SNIPPETS / name).read_text()


@pytest.mark.parametrize("framework", ADDED)
def test_the_website_and_the_set_up_page_add_the_same_package(framework):
    lines, installed, added = ADDED[framework]
    assert PLACES[framework].partition(" · ")[2] in snippet(installed)
    # Where it comes from: `"treblle_sdk.django.…"`, `from treblle_sdk.flask …`, `require("…")`.
    (source,) = re.findall(r"""^\+ .*?["\s(](@?treblle[\w./]*)[" ]""", lines, re.MULTILINE)[:1]
    assert source in snippet(added)


def test_the_middleware_for_django_can_be_imported():
    (path,) = re.findall(r'^\+ +"(\S+Middleware)"', home.DJANGO, re.MULTILINE)
    assert import_string(path).__name__ == "TreblleMiddleware"
    assert f'"{path}"' in QUICK_START.read_text()
