"""What a browser loads for a page, and how many bytes of each kind go over the line for it."""

import re
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from django.test import Client

# As Chromium asks; what the server then chooses is what counts.
ACCEPT_ENCODING: Final = "gzip, deflate, br, zstd"
# Selectors of what a page names, with the attribute that holds the address.
NAMED: Final = (
    ("script[src]", "src"),
    ('link[rel~="stylesheet"], link[rel~="icon"], link[rel~="modulepreload"]', "href"),
    ("img[src]", "src"),
    ("svg use[href]", "href"),
)
IMPORTED: Final = re.compile(
    r'^(?:import|export)\b[^"\';]*["\'](\.{0,2}/[^"\']+)["\']', re.MULTILINE
)
STYLED: Final = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
KINDS: Final = {
    **dict.fromkeys((".js", ".mjs"), "script"),
    ".css": "style",
    **dict.fromkeys((".woff", ".woff2", ".ttf"), "font"),
}


def weight_of(browser: "Client", url: str) -> Counter[str]:
    """Bytes by kind (page, script, style, font, picture), each file once, as on a first visit.

    Raises `RuntimeError` where something the page names is not there.
    """
    page = _get(browser, url)
    weight: Counter[str] = Counter(page=_sent(browser, url))
    waiting = [urljoin(url, name) for name in _names_in_page(page.content)]
    seen: set[str] = set()
    while waiting:
        place = urldefrag(waiting.pop()).url
        if place in seen or not place.startswith("/"):
            continue
        seen.add(place)
        ending = PurePosixPath(place).suffix
        weight[KINDS.get(ending, "picture")] += _sent(browser, place)
        waiting += [urljoin(place, name) for name in _names_in_file(browser, place, ending)]
    return weight


def _names_in_page(content: bytes) -> list[str]:
    parsed = BeautifulSoup(content, "html.parser")
    return [
        str(element[attribute])
        for selector, attribute in NAMED
        for element in parsed.select(selector)
    ]


def _names_in_file(browser: "Client", place: str, ending: str) -> list[str]:
    pattern = {".js": IMPORTED, ".mjs": IMPORTED, ".css": STYLED}.get(ending)
    return pattern.findall(_get(browser, place).content.decode()) if pattern else []


def _sent(browser: "Client", url: str) -> int:
    return len(_get(browser, url, ACCEPT_ENCODING).content)


def _get(browser: "Client", url: str, accept_encoding: str = "identity") -> Any:
    answer = browser.get(url, headers={"accept-encoding": accept_encoding})
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return answer
