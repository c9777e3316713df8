"""The links and words of header and footer."""

from typing import Final

from treblle_website.seed.links import BLOG, HELP, LOG_IN, START_FREE, Block, section, to_page

NOTE: Final = "See what your APIs do, while they do it."


def header_links(ids: dict[str, int]) -> list[Block]:
    links = [
        to_page("Product", ids["product"]),
        to_page("Integrations", ids["integrations"]),
        to_page("Pricing", ids["pricing"]),
        to_page("Docs", ids["docs"]),
        BLOG,
    ]
    return [section("link", **link) for link in links]


def footer_columns(ids: dict[str, int]) -> list[Block]:
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
    return [section("column", title=title, links=links) for title, links in columns.items()]
