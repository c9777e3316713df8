"""Finds pages of the help. They are few: each is looked through, no index is kept."""

import re
from dataclasses import dataclass
from typing import Final

from treblle_website.help.library import HelpPage, Library

# What a word counts where it stands.
IN_TITLE: Final = 8
IN_HEADING: Final = 4
IN_SUMMARY: Final = 2
MOST_IN_TEXT: Final = 3
EXCERPT_LENGTH: Final = 170
LONGEST_QUERY: Final = 100
WORD: Final = re.compile(r"[\w%-]+")


@dataclass(frozen=True)
class Found:
    page: HelpPage
    score: int
    excerpt: str


def search(library: Library, query: str) -> list[Found]:
    """Pages in which each word of `query` begins some word, best first."""
    words = [word.lower() for word in WORD.findall(query[:LONGEST_QUERY])]
    if not words:
        return []
    patterns = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in words]
    found = [
        Found(page, sum(scores), _excerpt(page, patterns))
        for page in library.pages.values()
        if all(scores := [_score(page, pattern) for pattern in patterns])
    ]
    return sorted(found, key=lambda each: (-each.score, each.page.title))


def _score(page: HelpPage, pattern: re.Pattern[str]) -> int:
    score = IN_TITLE if pattern.search(page.title) else 0
    score += IN_SUMMARY if pattern.search(page.summary) else 0
    score += sum(IN_HEADING for heading in page.headings if pattern.search(heading.text))
    return score + min(MOST_IN_TEXT, len(pattern.findall(page.text)))


def _excerpt(page: HelpPage, patterns: list[re.Pattern[str]]) -> str:
    """The text around the first word that was asked for."""
    text = " ".join(page.text.removeprefix(page.title).split())
    places = [match.start() for pattern in patterns if (match := pattern.search(text))]
    start = max(0, min(places, default=0) - EXCERPT_LENGTH // 3)
    start = text.find(" ", start) + 1 if start else 0
    excerpt = text[start : start + EXCERPT_LENGTH].rsplit(" ", 1)[0]
    return f"{'… ' if start else ''}{excerpt} …"
