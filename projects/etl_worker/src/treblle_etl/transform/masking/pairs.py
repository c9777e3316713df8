"""Names with their values inside texts: forms, URLs, cookies, XML, log lines, JSON within JSON.

`?token=abc`, `password: abc`, `{\\"password\\": \\"abc\\"}`, `<password>abc</password>`.
"""

import re
from collections.abc import Iterator

from treblle_etl.transform.masking.names import Names
from treblle_etl.transform.masking.tree import MASK, SCHEMES

# What stands behind a name in a text, in JSON's notation; a quote alone ends the name of a member,
# and members are hidden where they are.
FOLLOWERS = ("=", ":", "\\", "'", "%", "]", "[", ">", " ")
_NAME = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]{0,63}(?:(?:\[|%5[Bb])[\w.-]{0,63}(?:\]|%5[Dd])){0,4})"
    r"[\"'\\]{0,8}\s{0,4}(?:=>|=|:|%3[Dd]|>)\s{0,4}"
    rf"(?:(?:{'|'.join(sorted(SCHEMES))})\s{{1,4}})?",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"(?P<open>\\{0,4}[\"'])(?P<quoted>(?:(?!(?P=open))(?:\\[\s\S]|[\s\S]))*)"
    r"|(?P<group>[\[{][^\]}]*[\]}]?)"
    r"|(?P<bare>[^\s&;,\"'<>{}\[\]()\\]+)"
)
# A part of a multipart body (RFC 7578): its name, then a blank line, then the value.
_PART = re.compile(
    r"(?P<between>\bname=\"(?P<name>[^\"\r\n]{1,64})\"[^\r\n]{0,200}(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n)"
    r"(?P<value>[^\r\n]+)"
)
_PUNCTUATION = str.maketrans("", "", "\\\"'[]{}, *\t\r\n")


def markers(names: Names) -> Iterator[str]:
    """Literals, one of which every text has that holds a masked name with its value."""
    for name in names.written:
        for follower in FOLLOWERS:
            yield name + follower


def hidden(text: str, names: Names) -> str:
    """The text with the values of masked names masked; their quotes stay."""
    out: list[str] = []
    end = 0
    for start, stop in _told(text, names):
        out += (text[end:start], MASK)
        end = stop
    shown = "".join((*out, text[end:])) if out else text

    def part(match: "re.Match[str]") -> str:
        return match["between"] + MASK if names.hides(match["name"]) else match[0]

    return _PART.sub(part, shown)


def _told(text: str, names: Names) -> Iterator[tuple[int, int]]:
    """Where the values of masked names stand, without their quotes."""
    at = 0
    while (name := _NAME.search(text, at)) is not None:
        at = name.end()
        plain = name["name"].replace("%5B", "[").replace("%5D", "]")
        if not names.hides(plain) or (value := _VALUE.match(text, at)) is None:
            continue
        group = value.lastgroup if value.lastgroup != "open" else "quoted"
        start, stop = value.span(group or 0)
        if text[start:stop].translate(_PUNCTUATION) not in ("", "null"):
            yield start, stop
            at = stop
