"""One bounded walk over a body: what its names promise, and what of its values matters."""

import re
from typing import Any, Final

import msgspec

from treblle_etl.transform.checks.names import ALL_KINDS, Kind, kinds_of

# Fields and items looked at in one body, items of one list, characters of text kept for the
# search for attacks: work stays bounded, whatever comes.
MAX_NODES: Final = 400
ITEMS_OF_A_LIST: Final = 2
MAX_TEXT: Final = 8192
LARGE_LIST: Final = 100

STYLES: Final = Kind.CAMEL | Kind.SNAKE
_DATE: Final = Kind.DATE
NO_SECRETS: Final = ~(Kind.PASSWORD | Kind.TOKEN | Kind.CARD)

# Objects of an API have the same names again and again: what these say, by the names in order.
Shape = tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]
CACHED_SHAPES: Final = 2048
LONGEST_SHAPE: Final = 64
_SHAPES: Final[dict[tuple[str, ...], Shape]] = {}

_DATE_BEGINS: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[T ])")
_OTHER_DATE: Final = re.compile(r"\d{1,4}[./]\d{1,2}[./]\d{1,4}(?!\d)|\d{1,2}-\d{1,2}-\d{4}")
_ZONE: Final = re.compile(r"(?:[Zz]|[+-]\d{2}:?\d{2})$")
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_CARD: Final = re.compile(r"(?<![\d.])[3-6](?:[ -]?\d){12,18}(?![\d.])")
_SHORTEST_CARD: Final = 13
_LONGEST_CARD: Final = 23


class Seen(msgspec.Struct, gc=False):
    """What was seen in one body."""

    kinds: int = 0
    # The first name of each kind.
    names: dict[int, str] = {}
    # The name of a date in another form than RFC 3339's.
    bad_date: str = ""
    has_email: bool = False
    has_card: bool = False
    largest_list: int = 0
    # What stood in it, for the search for attacks; only where asked.
    texts: list[str] = []


NOTHING: Final = Seen()


def look(body: Any, *, keeps_texts: bool = False) -> Seen:
    """Look at a body as it was sent. At most `MAX_NODES` fields, two items of each list."""
    kind = type(body)
    if kind is not dict and kind is not list:
        if kind is str and keeps_texts and body:
            seen = Seen()
            seen.texts.append(body[:MAX_TEXT])
            return seen
        return NOTHING
    seen = Seen()
    texts = seen.texts if keeps_texts else None
    waiting: list[Any] = [body]
    left = MAX_NODES
    while waiting and left > 0:
        value = waiting.pop()
        if type(value) is dict:
            left -= len(value)
            if left < 0:
                value = dict(list(value.items())[: left + len(value)])
            styles, special = _SHAPES.get(shape := tuple(value)) or _learn(shape)
            for name, style in styles:
                if style & ~seen.kinds:
                    seen.kinds |= style
                    seen.names[style] = name
            if special:
                _look_closer(seen, value, special)
            items = value.values()
        else:
            if len(value) > seen.largest_list:
                seen.largest_list = len(value)
            items = value[:ITEMS_OF_A_LIST]
            left -= 1 + len(items)
        for item in items:
            kind = type(item)
            if kind is str:
                if item and (texts is not None or "@" in item or "2" < item[0] < "7"):
                    _text(seen, item, texts)
            elif kind is dict or kind is list:
                waiting.append(item)
    return seen


def _learn(shape: tuple[str, ...]) -> Shape:
    """Of an object's names the first of each style, and those that promise more than a style."""
    kinds = [(name, kinds_of(name)) for name in shape]
    firsts = {k & STYLES: name for name, k in reversed(kinds) if k & STYLES}
    found = (
        tuple((name, style) for style, name in firsts.items()),
        tuple((name, k & ~STYLES) for name, k in kinds if k & ~STYLES),
    )
    if len(shape) <= LONGEST_SHAPE:
        if len(_SHAPES) >= CACHED_SHAPES:
            _SHAPES.clear()
        _SHAPES[shape] = found
    return found


def _look_closer(seen: Seen, value: dict[str, Any], special: tuple[tuple[str, int], ...]) -> None:
    """At what lies under names that promise something."""
    have = seen.kinds
    for name, kinds in special:
        is_date = kinds & _DATE and not seen.bad_date
        if not (is_date or kinds & ~have):
            continue
        item = value[name]
        kind = type(item)
        if item is None or kind is bool or item == "":
            # `"password": true` is no password.
            kinds &= Kind.OPERATOR
        elif kind is dict or kind is list:
            kinds &= NO_SECRETS
        elif is_date and kind is str and not _is_instant(item):
            _date(seen, name, item)
        _note(seen, name, kinds)


def _is_instant(text: str) -> bool:
    """Whether a text is plainly `2026-03-01T12:00:00Z`, as nearly all are."""
    return text[-1] == "Z" and text[4:5] == "-" and text[10:11] == "T"


def _note(seen: Seen, name: str, kinds: int) -> None:
    """Keep the first name of each kind."""
    new = kinds & ~seen.kinds
    if new & (new - 1):
        for kind in ALL_KINDS:
            if new & kind:
                seen.names[kind] = name
    elif new:
        seen.names[new] = name
    seen.kinds |= new


def _text(seen: Seen, text: str, texts: list[str] | None) -> None:
    if texts is not None:
        texts.append(text[:MAX_TEXT])
    if "@" in text and not seen.has_email and _EMAIL.fullmatch(text):
        seen.has_email = True
    elif (
        "2" < text[0] < "7"
        and _SHORTEST_CARD <= len(text) <= _LONGEST_CARD
        and is_card_number(text)
    ):
        seen.has_card = True


def _date(seen: Seen, name: str, text: str) -> None:
    if _DATE_BEGINS.match(text):
        if len(text) > len("2026-01-01") and not _ZONE.search(text):
            seen.bad_date = name
    elif _OTHER_DATE.match(text):
        seen.bad_date = name


def is_card_number(text: str) -> bool:
    """Whether a text is 13 to 19 digits that the major networks could have issued (Luhn)."""
    if not "2" < text[:1] < "7" or not _CARD.fullmatch(text):
        return False
    digits = [int(c) for c in text if "0" <= c <= "9"]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def holds_email(text: str) -> bool:
    """Whether an email address stands anywhere in a text."""
    return "@" in text and _EMAIL.search(text) is not None


def secret_name(seen: Seen) -> str:
    """The first name of a password or token, or nothing."""
    return seen.names.get(Kind.PASSWORD) or seen.names.get(Kind.TOKEN) or ""
