"""Secrets known by their form, wherever they stand in a text: cards, tokens, keys."""

import re
from typing import Final

MASK: Final = "****"

MIN_CARD_DIGITS: Final = 12
MAX_CARD_DIGITS: Final = 19
# Digits in one run, in groups by single blanks or hyphens or in one piece.
_DIGIT_RUN: Final = re.compile(r"(?<![0-9])(?:[0-9][ -]?){11,}[0-9]")
_DIGITS: Final = re.compile(r"[0-9]+")
# Issuer prefixes with the lengths their cards have: without them every tenth long number, say
# a time in milliseconds, would pass for a card.
_CARD: Final = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}"  # Diners Club
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12,15}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{8,15}"  # Maestro
)
# A piece that is always there, looked for first as that is many times faster, and the whole.
_TOKENS: Final = tuple(
    (piece, re.compile(pattern, re.DOTALL))
    for piece, pattern in (
        ("eyJ", r"eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){1,3}"),  # JWT, JWE
        ("earer ", r"(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{8,}"),
        ("PRIVATE KEY", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]+-----|.*)"),
        ("k_live_", r"\b[sr]k_live_[A-Za-z0-9]{10,}"),  # Stripe
        ("k_test_", r"\b[sr]k_test_[A-Za-z0-9]{10,}"),
        ("gh", r"\bgh[pousr]_[A-Za-z0-9]{20,}"),  # GitHub
        ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),  # Slack
        ("AKIA", r"\bAKIA[A-Z0-9]{16}\b"),  # AWS
        ("ASIA", r"\bASIA[A-Z0-9]{16}\b"),
        ("://", r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # name and password in a URL
    )
)
# What every run of digits that may be a card has, cheap to look for.
_LONG_NUMBER: Final = re.compile(r"[0-9][0-9 -]{10,}[0-9]")

# Each byte as one that such a run may have, or as another.
_NUMERIC: Final = bytes(ord("0") if chr(each) in "0123456789 -" else 0 for each in range(256))
_NUMERIC_RUN: Final = b"0" * MIN_CARD_DIGITS


def mask_forms(text: str) -> str:
    """The text with every secret of a known form replaced."""
    for piece, pattern in _TOKENS:
        if piece in text:
            text = pattern.sub(MASK, text)
    return _DIGIT_RUN.sub(_without_cards, text) if _LONG_NUMBER.search(text) else text


def is_card(digits: str) -> bool:
    """An issuer's prefix, a length that issuer uses, and the check digit of Luhn."""
    return bool(_CARD.fullmatch(digits)) and _luhn(digits)


def is_suspect(text: str) -> bool:
    """Whether `mask_forms` might change the text or a piece of it; one quick look."""
    if _maybe_long_number(text) and _LONG_NUMBER.search(text):
        return True
    return any(piece in text and pattern.search(text) for piece, pattern in _TOKENS)


def _maybe_long_number(text: str) -> bool:
    """Whether as many digits, blanks or hyphens as a card has stand in a row: quick in long texts."""
    return _NUMERIC_RUN in text.encode(errors="replace").translate(_NUMERIC)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _without_cards(run: re.Match[str]) -> str:
    """Mask what is a card among the groups of a run; its neighbours stay."""
    text = run[0]
    groups = list(_DIGITS.finditer(text))
    parts: list[str] = []
    position = first = 0
    while first < len(groups):
        last = _card_from(groups, first)
        if last is not None:
            parts += [text[position : groups[first].start()], MASK]
            position = groups[last].end()
            first = last
        first += 1
    return "".join([*parts, text[position:]])


def _card_from(groups: list[re.Match[str]], first: int) -> int | None:
    """The last of the groups that, from `first` on, make a card together."""
    digits = ""
    for last in range(first, len(groups)):
        digits += groups[last][0]
        if len(digits) > MAX_CARD_DIGITS:
            return None
        if len(digits) >= MIN_CARD_DIGITS and is_card(digits):
            return last
    return None
