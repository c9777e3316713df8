"""Reads the files of the help: what they are called, say and link to.

`contents.toml` names the groups and their pages in order. A page is one Markdown file (CommonMark
and tables): a title as its only heading of the first level, then a paragraph that sums it up. In
another language it is the file of that name in the folder of the language's code, where there is one.
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

from treblle_website.languages import DEFAULT, InLanguage, in_all_languages, path_in

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
    language: str


@dataclass(frozen=True)
class Library:
    pages: dict[str, HelpPage]

    def groups(self) -> list[tuple[str, list[HelpPage]]]:
        found: dict[str, list[HelpPage]] = {}
        for page in self.pages.values():
            found.setdefault(page.group, []).append(page)
        return list(found.items())


@cache
def library(folder: str, language: str = DEFAULT) -> Library:
    """All pages in order, in the language as far as they are written in it; empty where there is no such folder. Read once a process."""
    contents = Path(folder) / "contents.toml"
    if not contents.exists():
        return Library({})
    groups = tomllib.loads(contents.read_text("utf-8"))["groups"]
    pages = [
        _page(Path(folder), slug, group.get(language, group["title"]), language)
        for group in groups
        for slug in group["pages"]
    ]
    return Library({page.slug: page for page in pages})


def languages_of(folder: str, slug: str) -> list[InLanguage]:
    """The page in each language it is written in."""
    return [
        each
        for each in in_all_languages(f"/help/{slug}/")
        if library(folder, each.code).pages[slug].language == each.code
    ]


def _page(folder: Path, slug: str, group: str, language: str) -> HelpPage:
    translated = folder / language / f"{slug}.md"
    if translated.exists():
        return read(slug, group, translated.read_text("utf-8"), language, language)
    return read(slug, group, (folder / f"{slug}.md").read_text("utf-8"), DEFAULT, language)


def read(
    slug: str, group: str, markdown: str, language: str = DEFAULT, reader_language: str = DEFAULT
) -> HelpPage:
    """`language` is that of the text, `reader_language` that of the pages it links to."""
    # Pages are the project's own; HTML in them is shown as text all the same.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    headings = list(_anchor(tokens))
    _link(tokens, reader_language)
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
        language=language,
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


def _link(tokens: list[Token], language: str) -> None:
    """`masking.md#names` leads to `/help/masking/#names`, in German to `/de/help/…`."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                match = OTHER_PAGE.match(str(child.attrGet("href")))
                if match:
                    path = path_in(language, f"/help/{match[1]}/")
                    child.attrSet("href", f"{path}{match[2] or ''}")
        if token.type == "table_open":
            token.attrSet("tabindex", "0")
        if token.type in ("fence", "code_block"):
            token.type = "fence"


def _plain(markdown: str) -> str:
    links = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[`*|]", "", links)
