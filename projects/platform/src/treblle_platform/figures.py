"""How numbers read on pages: short, with their unit. The same rules as in `static/platform/figures.js`."""

from collections.abc import Mapping
from typing import Any, TypedDict

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from treblle_service.check_catalog import grade_of, whole_points

register = template.Library()

KILO = 1000
MILLISECONDS_A_SECOND = 1000
NOTHING = "–"
SPARK_HEIGHT, SPARK_STEP, SPARK_LEAST = 40, 10, 1.5


def _short(value: float) -> str:
    """Three digits that matter: 0.31, 12.4, 310."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def milliseconds(value: float | None) -> str:
    if value is None:
        return NOTHING
    if value < MILLISECONDS_A_SECOND:
        return f"{_short(value)} ms"
    return f"{_short(value / MILLISECONDS_A_SECOND)} s"


@register.filter(name="bytes")
def size(value: int | None) -> str:
    """Decimal units, as networks and disks count."""
    if value is None:
        return NOTHING
    if value < KILO:
        return f"{value} B"
    for unit in ("kB", "MB", "GB"):
        value /= KILO  # type: ignore[assignment]
        if value < KILO:
            return f"{_short(value)} {unit}"
    return f"{_short(value / KILO)} TB"


@register.filter
def count(value: int) -> str:
    """Whole below ten thousand, then short: 9,481, 12.4k, 3.1M."""
    if value < 10 * KILO:
        return f"{value:,}"
    for unit in ("k", "M"):
        value /= KILO  # type: ignore[assignment]
        if value < KILO:
            return f"{_short(value)}{unit}"
    return f"{_short(value / KILO)}B"


@register.filter
def round_count(value: float) -> str:
    """`count` of what is counted on average."""
    return count(round(value)) if value >= 10 else _short(value)


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1; what is not zero never reads as zero."""
    if share is None:
        return NOTHING
    if 0 < share < 0.0001:
        return "<0.01%"
    return f"{_short(share * 100)}%"


@register.filter
def signed(change: float) -> str:
    """A change of points: +2.1, −0.3, ±0.0."""
    sign = "±" if abs(change) < 0.05 else "+" if change > 0 else "−"
    return f"{sign}{abs(change):.1f}"


@register.filter
def grade(score: float | None) -> str:
    """The letter of a score from 0 to 100; empty where there is none."""
    return "" if score is None else grade_of(score)


@register.filter
def points(score: float | None) -> str:
    """A score from 0 to 100 in whole points; empty where there is none."""
    return "" if score is None else str(whole_points(score))


@register.filter
def with_code(text: str) -> SafeString:
    """Escaped, with what stands between backticks as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return mark_safe(escape(text))  # noqa: S308 (escaped)
    marked = [f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts)]
    return mark_safe("".join(marked))  # noqa: S308 (escaped)


@register.filter
def status_class(status: int) -> str:
    """`s2` for a 2xx, and so on; `s0` for what is no HTTP status."""
    family = status // 100
    return f"s{family}" if 1 <= family <= 5 else "s0"


@register.filter
def place(summary: Mapping[str, Any]) -> str:
    return ", ".join(part for part in (summary["city"], summary["country"]) if part)


@register.filter
def client(summary: Mapping[str, Any]) -> str:
    """Device and system, else the app: `iPhone, iOS`, `curl`."""
    parts = [part for part in (summary["device"], summary["os"]) if part]
    return ", ".join(dict.fromkeys(parts)) or summary["app"]


class Bar(TypedDict):
    x: int
    y: float
    height: float


@register.filter
def bars(values: list[int]) -> list[Bar]:
    """Bars of a sparkline 40 high, 10 apart; what is not zero can be seen."""
    most = max(values, default=0)
    heights = [max(SPARK_LEAST, value / most * SPARK_HEIGHT) if value else 0 for value in values]
    return [
        {
            "x": number * SPARK_STEP + 1,
            "y": round(SPARK_HEIGHT - height, 1),
            "height": round(height, 1),
        }
        for number, height in enumerate(heights)
        if height
    ]


@register.filter
def audit_change(change: object) -> str:
    """What a change of the audit log says: `old → new`, or the value."""
    if isinstance(change, list) and len(change) == 2:
        return f"{_value(change[0])} → {_value(change[1])}"
    return _value(change)


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    return NOTHING if value in ("", None) else str(value)
