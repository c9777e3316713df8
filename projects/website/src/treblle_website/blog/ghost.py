"""Reads Ghost's Content API (ghost.org/docs/content-api) and keeps its last good answers.

An answer is fresh for some minutes. After that Ghost is asked again; where it does not answer, what
it said last is shown, for as long as it takes.
"""

import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import nh3
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString, mark_safe

from treblle_website.models import BlogCopy

logger = logging.getLogger(__name__)

POSTS_A_PAGE: Final = 12
FRESH_S: Final = 300
# After a failure Ghost is left alone for so long.
PAUSE_S: Final = 30
TIMEOUT_S: Final = 4
# docs: the oldest version of the API whose answers we read.
ACCEPT_VERSION: Final = "v5.0"
NOT_FOUND: Final = 404
LONGEST_ANSWER: Final = 5_000_000
INCLUDE: Final = "authors,tags"
# Long code is scrolled by keyboard too; pictures wait until they are near.
ADDED: Final = {"pre": {"tabindex": "0"}, "img": {"loading": "lazy", "decoding": "async"}}
KEPT_CLASSES: Final = {"div": {"kg-callout-card"}}
WITHOUT_WORDS: Final = re.compile(r"<img(?![^>]*\balt=)")


class BlogUnavailable(OSError):
    """Ghost is away, and never answered this question before."""


@dataclass(frozen=True)
class Tag:
    slug: str
    name: str


@dataclass(frozen=True)
class Post:
    slug: str
    title: str
    excerpt: str
    html: SafeString
    published_at: datetime | None
    author: str
    reading_minutes: int
    image: str
    image_alt: str
    tags: tuple[Tag, ...]


def is_set_up() -> bool:
    return bool(settings.GHOST_URL and settings.GHOST_CONTENT_KEY)


def posts(page: int, tag: str = "") -> tuple[list[Post], int]:
    """The posts of a page, newest first, and how many pages there are. Raises `BlogUnavailable`."""
    wanted = {"limit": POSTS_A_PAGE, "page": page, "include": INCLUDE}
    answer = _ask("posts/", wanted | ({"filter": f"tag:{tag}"} if tag else {}))
    if answer is None:
        return [], 0
    pages = answer.get("meta", {}).get("pagination", {}).get("pages", 1)
    return [_post(each) for each in answer["posts"]], int(pages)


def post(slug: str) -> Post | None:
    """None where Ghost says there is none. Raises `BlogUnavailable`."""
    answer = _ask(f"posts/slug/{quote(slug, safe='')}/", {"include": INCLUDE})
    return _post(answer["posts"][0]) if answer and answer["posts"] else None


def _ask(path: str, wanted: dict[str, Any]) -> dict[str, Any] | None:
    question = f"{path}?{urlencode(wanted)}"
    fresh: dict[str, Any] | None = cache.get(f"ghost:{question}")
    if fresh is not None:
        remembered: dict[str, Any] | None = fresh["answer"]
        return remembered
    if cache.get("ghost:away") is None:
        try:
            answer = _fetch(question)
        except (OSError, ValueError) as error:
            logger.warning("the blog does not answer, its last copy is shown: %s", error)
            cache.set("ghost:away", True, PAUSE_S)
        else:
            _keep(question, answer)
            cache.set(f"ghost:{question}", {"answer": answer}, FRESH_S)
            return answer
    copy = BlogCopy.objects.filter(question=question).first()
    if copy is None:
        raise BlogUnavailable(question)
    kept: dict[str, Any] = copy.answer
    return kept


def _fetch(question: str) -> dict[str, Any] | None:
    """None for what is not there; raises `OSError` or `ValueError` for all that is no answer."""
    key = urlencode({"key": settings.GHOST_CONTENT_KEY})
    address = f"{settings.GHOST_URL.rstrip('/')}/ghost/api/content/{question}&{key}"
    request = Request(address, headers={"Accept-Version": ACCEPT_VERSION})  # noqa: S310 (ours)
    try:
        with urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 (the operator's)
            answer: dict[str, Any] = json.loads(response.read(LONGEST_ANSWER))
    except HTTPError as error:
        with error:
            if error.code == NOT_FOUND:
                return None
            # Without its address, which holds the key.
            raise OSError(f"status {error.code}") from None
    if not isinstance(answer.get("posts"), list):
        raise ValueError("an answer without posts")
    return answer


def _keep(question: str, answer: dict[str, Any] | None) -> None:
    if answer is None:
        BlogCopy.objects.filter(question=question).delete()
        return
    BlogCopy.objects.update_or_create(
        question=question, defaults={"answer": answer, "fetched_at": timezone.now()}
    )


def _post(found: dict[str, Any]) -> Post:
    author = found.get("primary_author") or {}
    return Post(
        slug=found["slug"],
        title=found["title"],
        excerpt=found.get("custom_excerpt") or found.get("excerpt") or "",
        html=_cleaned(found.get("html") or ""),
        published_at=parse_datetime(found.get("published_at") or ""),
        author=author.get("name", ""),
        reading_minutes=found.get("reading_time") or 0,
        image=found.get("feature_image") or "",
        image_alt=found.get("feature_image_alt") or "",
        tags=tuple(
            Tag(each["slug"], each["name"])
            for each in found.get("tags") or ()
            if each.get("visibility", "public") == "public"
        ),
    )


def _cleaned(html: str) -> SafeString:
    """Nothing in it runs; a picture without words is one that need not be described."""
    clean = nh3.clean(html, set_tag_attribute_values=ADDED, allowed_classes=KEPT_CLASSES)
    return mark_safe(WITHOUT_WORDS.sub('<img alt=""', clean))  # noqa: S308 (cleaned)
