"""Numbers of payment cards: 13 to 19 digits of a known issuer whose check digit is right."""

import re
from collections.abc import Iterator

from treblle_etl.transform.masking.tree import MASK

SHORTEST, LONGEST = 13, 19
# Digits with at most one blank, hyphen or plus sign between two of them, or the blank of a URL.
_RUN = re.compile(r"(?<!\d)\d(?:(?:[ +-]|%20)?\d){12,}+")
# Beginnings of numbers by network (ISO/IEC 7812; ranges as the networks publish them): American
# Express, Diners, Discover, JCB, Maestro, Mastercard, UnionPay, Visa.
_ISSUER = re.compile(
    r"4|5[0-8]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|35|6(?:0|2|[3-9])"
)
_LENGTHS = {"4": (19, 16, 13), "3": (19, 16, 15, 14)}
_USUAL_LENGTHS = (19, 18, 17, 16, 15, 14, 13, 12)
_DIGITS = bytes(ord("0") if 48 <= byte <= 57 else byte for byte in range(256))
_RUN_OF_DIGITS = b"0" * SHORTEST
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def may_be_in(data: bytes) -> bool:
    """Whether UTF-8 text has so many digits together that a card could be among them."""
    plain = data.replace(b"%20", b"") if b"%" in data else data
    return _RUN_OF_DIGITS in plain.translate(_DIGITS, b" -+")


def hidden(text: str) -> str:
    """The text with each card's number masked."""
    if not any(True for _ in _cards(text)):
        return text
    out: list[str] = []
    end = 0
    for start, stop in _cards(text):
        out += (text[end:start], MASK)
        end = stop
    return "".join((*out, text[end:]))


def are_in(text: str) -> bool:
    return any(True for _ in _cards(text))


def is_card(digits: str) -> bool:
    """Whether these digits alone are a card's number."""
    return (
        SHORTEST <= len(digits) <= LONGEST
        and _ISSUER.match(digits) is not None
        and len(digits) in _LENGTHS.get(digits[0], _USUAL_LENGTHS)
        and _luhn(digits)
    )


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        yield from _cards_in_run(text, run.start(), run.end())


def _cards_in_run(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A card begins and ends where a group of digits does; groups before and after are no part."""
    groups = [match.span() for match in re.finditer(r"\d+", text[start:end].replace("%20", "   "))]
    first = 0
    while first < len(groups):
        found = None
        digits = ""
        for last in range(first, len(groups)):
            digits += text[start + groups[last][0] : start + groups[last][1]]
            if len(digits) > LONGEST:
                break
            if is_card(digits):
                found = last
        if found is None:
            first += 1
            continue
        yield start + groups[first][0], start + groups[found][1]
        first = found + 1


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum ends in 0."""
    values = [ord(digit) - 48 for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0
