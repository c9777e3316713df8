"""A path as the steps of a trie, and back.

A step is a segment; a file suffix and a custom verb are steps of their own, joined to the one
before: `/Calls/CA1.json` → `Calls`, `CA1`, JOINED `.json`; `/books/7:move` → `books`, `7`, JOINED
`:move`. So `{id}` and `{id}.json` are learned as one place. A prefix is a step of its own, too,
GLUED to the one after: `/@ada` → `@` GLUED, `ada`; `/org.example.user:ada` →
`org.example.user:` GLUED, `ada`. Neither is ever the value of a parameter.
"""

import re
from collections.abc import Iterable
from typing import Final

JOINED: Final = "\x00"
GLUED: Final = "\x03"
_MARKS: Final = JOINED + GLUED
MAX_STEPS: Final = 40
MAX_SEGMENT: Final = 255  # characters
MAX_PATH: Final = 4096  # characters; what comes after is not read
# What a path too deep ends in.
REST: Final = "\x02"

_ORIGIN = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")
_END = re.compile(r"[?#]")
_FORMATS = (
    "json|jsonl|ndjson|xml|csv|tsv|yaml|yml|html|htm|txt|md|pdf|png|jpg|jpeg|gif|svg|webp|ico|"
    "zip|gz|tar|tgz|js|css|map|rss|atom|ics|vcf|xlsx|xls|docx|proto|geojson|mp3|mp4|wav|m3u8|php|"
    "aspx|asp|jsp|do|action|avro|parquet|kml|gpx|pem|crt"
)
_TAIL = re.compile(rf"(.+?)((?:\.(?:{_FORMATS}))|(?::[a-zA-Z][a-zA-Z_]{{2,40}}))", re.IGNORECASE)
# A mark, or a reversed domain name; what has fewer labels may be a file, `:copy` what is done to it.
_PREFIX = re.compile(r"(?:@|(?:[a-z]+\.){2,}[a-z]+:)(?=.)")


def steps_of(path: str) -> list[str]:
    """The steps of a path, without origin, query and fragment; at most MAX_STEPS."""
    origin = _ORIGIN.match(path)
    if origin:
        path = path[origin.end() :]
    path = _END.split(path[:MAX_PATH], maxsplit=1)[0]
    steps: list[str] = []
    for segment in path.removeprefix("/").split("/"):
        if len(steps) >= MAX_STEPS:
            return [*steps[:MAX_STEPS], REST]
        prefix = _PREFIX.match(segment) if "@" in segment or ":" in segment else None
        if prefix:
            steps.append(prefix[0] + GLUED)
            segment = segment[prefix.end() :]
        tail = _TAIL.fullmatch(segment) if "." in segment or ":" in segment else None
        if tail and "@" not in segment:
            steps += [tail[1].strip(_MARKS), JOINED + tail[2]]
        else:
            steps.append(segment.strip(_MARKS))
    return steps


def is_affix(step: str) -> bool:
    """Whether it is what stands before or behind a segment."""
    return step.startswith(JOINED) or step.endswith(GLUED)


def path_of(steps: Iterable[str]) -> str:
    """The path of steps."""
    text, slash = "", "/"
    for step in steps:
        text += step[1:] if step.startswith(JOINED) else slash + step.removesuffix(GLUED)
        slash = "" if step.endswith(GLUED) else "/"
    return text or "/"
