"""Values that traffic has and a document does not allow: enumerations, formats, bounds.

A bound takes one value to be broken, and the request that brought it is named; what a value is
among others (of an enumeration, of a format) is told from MIN_SIGHTINGS on.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from treblle_etl.transform.documents.certainty import MIN_SIGHTINGS
from treblle_etl.transform.documents.limits import Limits
from treblle_etl.transform.documents.permitted import Permitted
from treblle_etl.transform.schemas import Mark, limits
from treblle_etl.transform.schemas.state import Array, Node, Numbers, Text

# Values of an enumeration that are named.
MAX_NAMED: Final = 3
# Formats of which `schemas.formats` knows whether a text has them.
_KNOWN: Final = frozenset(("date", "date-time", "email", "ipv4", "ipv6", "uri", "uuid"))


class Wrong(NamedTuple):
    """`words` go on from the name of the field: "is below 1, the document's least: 0"."""

    code: str
    words: str
    first: Mark | None


def wrong_values(node: Node, permitted: Permitted, *, is_text: bool) -> Iterator[Wrong]:
    """`is_text`: all are text on the wire, so that a number may be meant as text."""
    stated = permitted.limits
    if node.text is not None and permitted.may_be("string"):
        yield from _text(node.text, stated)
    may_be_number = permitted.may_be("integer") and not (is_text and permitted.may_be("string"))
    if node.numbers is not None and may_be_number:
        yield from _numbers(node.numbers, stated)
    if node.array is not None and permitted.may_be("array"):
        yield from _array(node.array, stated)


def _text(text: Text, stated: Limits) -> Iterator[Wrong]:
    if text.count - text.masked < MIN_SIGHTINGS:
        return
    yield from _enumeration(text, stated)
    others = text.count - text.masked - text.empty - text.formats.get(stated.format, 0)
    if stated.format in _KNOWN and others >= MIN_SIGHTINGS:
        shown = [mark for name, mark in text.formats_in.items() if name != stated.format]
        words = f"is not always {stated.format}, the format in the document"
        yield Wrong("format-differs", words, min(shown, default=None))
    if stated.shortest is not None and text.shortest < stated.shortest:
        words = f"has {_spoken(text.shortest, 'character')}, at least {stated.shortest:g} in the document"
        yield Wrong("length-differs", words, text.shortest_in)
    if stated.longest is not None and text.longest > stated.longest:
        words = (
            f"has {_spoken(text.longest, 'character')}, at most {stated.longest:g} in the document"
        )
        yield Wrong("length-differs", words, text.longest_in)


def _enumeration(text: Text, stated: Limits) -> Iterator[Wrong]:
    if stated.values is None:
        return
    others = sorted(
        value
        for value, count in text.values.items()
        if value not in stated.values and count >= MIN_SIGHTINGS
    )
    if others:
        named = ", ".join(f"`{value}`" for value in others[:MAX_NAMED])
        more = len(others) - MAX_NAMED
        named += f" and {more} more" if more > 0 else ""
        shown = [text.values_in[value] for value in others if value in text.values_in]
        words = f"is {named} in traffic, none of the values in the document"
        yield Wrong("value-differs", words, min(shown, default=None))
    elif text.many and len(stated.values) < limits.MAX_VALUES and not _is_long(stated.values):
        # Too many different ones were seen, or longer ones, to have been these alone.
        yield Wrong("value-differs", "has other values than those in the document", None)


def _is_long(values: frozenset[str]) -> bool:
    return any(len(value) > limits.MAX_VALUE_LENGTH for value in values)


def _numbers(numbers: Numbers, stated: Limits) -> Iterator[Wrong]:
    if numbers.integers + numbers.fractions < MIN_SIGHTINGS:
        return
    low, high = numbers.lowest, numbers.highest
    if low is not None and stated.lowest is not None and low < stated.lowest:
        words = f"is {low} in traffic, at least {stated.lowest} in the document"
        yield Wrong("bound-differs", words, numbers.lowest_in)
    if high is not None and stated.highest is not None and high > stated.highest:
        words = f"is {high} in traffic, at most {stated.highest} in the document"
        yield Wrong("bound-differs", words, numbers.highest_in)


def _array(array: Array, stated: Limits) -> Iterator[Wrong]:
    if array.count < MIN_SIGHTINGS:
        return
    if stated.fewest is not None and array.shortest < stated.fewest:
        words = f"has {_spoken(array.shortest, 'item')}, at least {stated.fewest:g} in the document"
        yield Wrong("length-differs", words, array.shortest_in)
    if stated.most is not None and array.longest > stated.most:
        words = f"has {_spoken(array.longest, 'item')}, at most {stated.most:g} in the document"
        yield Wrong("length-differs", words, array.longest_in)


def _spoken(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
