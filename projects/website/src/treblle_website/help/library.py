"""Reads the files of the help: what they are called, say and link to.

`contents.toml` names the groups and their pages in order. A page is one Markdown file (CommonMark
and tables): a title as its only heading of the first level, then a paragraph that sums it up.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

OTHER_PAGE: Final = re.compile(r"^([a-z0-9-]+)\.md(#.*)?$")


@dataclass(frozen=True)
class Heading:
    text: str
    anchor: str


@dataclass(frozen=True)
class HelpPage:
    """`text` is what is searched: all words of the page without marks."""

    slug: str
    group: str
    title: str
    summary: str
    html: SafeString
    headings: tuple[Heading, ...]
    text: str


@dataclass(frozen=True)
class Library:
    pages: dict[str, HelpPage]

    def groups(self) -> list[tuple[str, list[HelpPage]]]:
        found: dict[str, list[HelpPage]] = {}
        for page in self.pages.values():
            found.setdefault(page.group, []).append(page)
        return list(found.items())


@cache
def library(folder: str) -> Library:
    """All pages in order; empty where there is no such folder. Read once a process."""
    contents = Path(folder) / "contents.toml"
    if not contents.exists():
        return Library({})
    groups = tomllib.loads(contents.read_text("utf-8"))["groups"]
    pages = [
        read(slug, group["title"], (Path(folder) / f"{slug}.md").read_text("utf-8"))
        for group in groups
        for slug in group["pages"]
    ]
    return Library({page.slug: page for page in pages})


def read(slug: str, group: str, markdown: str) -> HelpPage:
    # Pages are the project's own; HTML in them is shown as text all the same.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    headings = list(_anchor(tokens))
    _link(tokens)
    words = [token.content for token in tokens if token.type in ("inline", "fence", "code_block")]
    title, summary = words[0], words[1]
    # The title and the summary stand in the head of the page: `h1` and `p` are three tokens each.
    # Long lines are scrolled by keyboard too.
    html = reader.renderer.render(tokens[6:], reader.options, {})
    html = html.replace("<pre>", '<pre tabindex="0">')
    return HelpPage(
        slug=slug,
        group=group,
        title=title,
        summary=_plain(summary),
        html=mark_safe(html),  # noqa: S308 (made from Markdown without HTML)
        headings=tuple(headings),
        text=_plain(" ".join(words)),
    )


def _anchor(tokens: list[Token]) -> list[Heading]:
    """Give each heading of the second level an id, by which it can be linked to."""
    found = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            heading = Heading(_plain(tokens[place + 1].content), slugify(tokens[place + 1].content))
            token.attrSet("id", heading.anchor)
            found.append(heading)
    return found


def _link(tokens: list[Token]) -> None:
    """`masking.md#names` leads to `/help/masking/#names`."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                match = OTHER_PAGE.match(str(child.attrGet("href")))
                if match:
                    child.attrSet("href", f"/help/{match[1]}/{match[2] or ''}")
        if token.type == "table_open":
            token.attrSet("tabindex", "0")
        if token.type in ("fence", "code_block"):
            token.type = "fence"


def _plain(markdown: str) -> str:
    links = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[`*|]", "", links)
