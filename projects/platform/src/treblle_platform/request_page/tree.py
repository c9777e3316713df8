"""A JSON value as HTML that folds: `<details>` for objects and lists, no script needed."""

import json
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Beyond these the page would be slower than it is useful; the rest is counted, not shown.
MAX_VALUES = 2_000
MAX_CHARACTERS = 20_000
OPEN_DEPTH = 2
OPEN_ITEMS = 40


def tree(value: Any) -> SafeString:
    """Text that is not JSON is shown as it is, other values with their punctuation."""
    if isinstance(value, str) and not _is_stars(value):
        return mark_safe(f'<pre class="text">{_text(value)}</pre>')  # noqa: S308 (escaped)
    return mark_safe(_Tree().node("", value, 0, last=True))  # noqa: S308 (escaped)


def _is_stars(text: str) -> bool:
    return len(text) > 1 and not text.strip("*")


def _text(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return escape(text)
    left = len(text) - MAX_CHARACTERS
    return f'{escape(text[:MAX_CHARACTERS])}<em class="more">… {left:,} more characters</em>'


class _Tree:
    """Counts what it has shown, so that a huge body stays a page."""

    def __init__(self) -> None:
        self._values = 0

    def node(self, lead: str, value: Any, depth: int, *, last: bool) -> str:
        self._values += 1
        if isinstance(value, dict) and value:
            children = [(f"{_key(name)}: ", child) for name, child in value.items()]
            return self._folding(lead, children, depth, "{}", last)
        if isinstance(value, list) and value:
            return self._folding(lead, [("", child) for child in value], depth, "[]", last)
        return f'<div class="leaf">{lead}{_scalar(value)}{"" if last else ","}</div>'

    def _folding(
        self, lead: str, children: list[tuple[str, Any]], depth: int, marks: str, last: bool
    ) -> str:
        is_open = " open" if depth < OPEN_DEPTH and len(children) <= OPEN_ITEMS else ""
        comma = "" if last else ","
        amount = f"{len(children):,} {'key' if marks == '{}' else 'item'}"
        plural = "" if len(children) == 1 else "s"
        return (
            f"<details{is_open}><summary>{lead}{marks[0]}"
            f'<span class="folded"> {amount}{plural} {marks[1]}{comma}</span></summary>'
            f'<div class="children">{self._inside(children, depth)}</div>'
            f'<div class="closing">{marks[1]}{comma}</div></details>'
        )

    def _inside(self, children: list[tuple[str, Any]], depth: int) -> str:
        shown = []
        for number, (lead, child) in enumerate(children, start=1):
            if self._values >= MAX_VALUES:
                left = len(children) - number + 1
                shown.append(f'<div class="leaf more">… {left:,} more not shown</div>')
                break
            shown.append(self.node(lead, child, depth + 1, last=number == len(children)))
        return "".join(shown)


def _key(name: str) -> str:
    return f'<span class="key">{escape(json.dumps(name, ensure_ascii=False))}</span>'


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if _is_stars(value):
            return f'<span class="masked" title="Masked">{escape(value)}</span>'
        return f'<span class="string">{_text(json.dumps(value, ensure_ascii=False))}</span>'
    kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else "word"
    return f'<span class="{kind}">{escape(json.dumps(value))}</span>'
