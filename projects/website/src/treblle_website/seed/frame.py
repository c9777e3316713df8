"""The links and words of header and footer, in each language."""

from typing import Final

from treblle_website.languages import DEFAULT
from treblle_website.seed.links import BLOG, HELP, LOG_IN, START_FREE, Block, section, to_page

NOTES: Final = {
    DEFAULT: "See what your APIs do, while they do it.",
    "de": "Sehen, was Ihre APIs tun, während sie es tun. Die meisten Seiten sind auf Englisch.",
}
# What is called otherwise than in English.
WORDS: Final = {
    DEFAULT: {},
    "de": {
        "Product": "Produkt",
        "Integrations": "Integrationen",
        "Pricing": "Preise",
        "Docs": "Doku",
        "Overview": "Überblick",
        "Compare": "Vergleich",
        "Changelog": "Änderungen",
        "Help": "Hilfe",
        "Contact": "Kontakt",
        "Learn": "Lernen",
        "Trust": "Vertrauen",
        "Account": "Konto",
        "Security": "Sicherheit",
        "How we treat your data": "Umgang mit Ihren Daten",
        "Privacy": "Datenschutz",
        "Terms": "Bedingungen",
        "Start free": "Kostenlos starten",
        "Log in": "Anmelden",
    },
}


def header_links(ids: dict[str, int], language: str = DEFAULT) -> list[Block]:
    links = [
        to_page("Product", ids["product"]),
        to_page("Integrations", ids["integrations"]),
        to_page("Pricing", ids["pricing"]),
        to_page("Docs", ids["docs"]),
        BLOG,
    ]
    return [section("link", **link) for link in _named(links, language)]


def footer_columns(ids: dict[str, int], language: str = DEFAULT) -> list[Block]:
    product = [
        to_page("Overview", ids["home"]),
        to_page("Product", ids["product"]),
        to_page("Integrations", ids["integrations"]),
        to_page("Pricing", ids["pricing"]),
        to_page("Compare", ids["compare"]),
        to_page("Changelog", ids["changelog"]),
    ]
    learn = [to_page("Docs", ids["docs"]), HELP, BLOG, to_page("Contact", ids["contact"])]
    trust = [
        to_page("Security", ids["security"]),
        to_page("How we treat your data", ids["data"]),
        to_page("Privacy", ids["privacy"]),
        to_page("Terms", ids["terms"]),
    ]
    columns = {"Product": product, "Learn": learn, "Trust": trust, "Account": [START_FREE, LOG_IN]}
    words = WORDS[language]
    return [
        section("column", title=words.get(title, title), links=_named(links, language))
        for title, links in columns.items()
    ]


def _named(links: list[Block], language: str) -> list[Block]:
    words: dict[str, str] = WORDS[language]
    return [link | {"label": words.get(link["label"], link["label"])} for link in links]
