"""A mergeable histogram of durations: percentiles to within one per cent, a few hundred bytes.

Buckets grow by a constant factor (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable
quantile sketch with relative-error guarantees", VLDB 2019): a value `v` counts in bucket
`ceil(log(v) / log(GAMMA))`, and whatever lies in a bucket is off its middle by at most
`RELATIVE_ERROR`. Merging adds counts, so it loses nothing and knows no order.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import sub

RELATIVE_ERROR = 0.01
GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA = math.log(GAMMA)
# From 0.001 ms to some 28 hours; what lies outside counts in the outermost bucket.
SMALLEST = 1e-3
LARGEST = 1e8
LOWEST_BUCKET = math.ceil(math.log(SMALLEST) / _LOG_GAMMA)
HIGHEST_BUCKET = math.ceil(math.log(LARGEST) / _LOG_GAMMA)
# The first byte: pairs of bucket and count follow, or several parts of them, whose counts add up.
ONE_PART, PARTS = 1, 2
# What is added stands behind the rest until it takes more than this and a quarter of the first part.
ADDED_BYTES = 128
# A part with one value of some microseconds or more: two bytes say which, one how often.
ONE_VALUE_BYTES = 3


class Histogram:
    """Counts of values (in milliseconds, but any positive unit does) by bucket."""

    __slots__ = ("buckets",)

    def __init__(self, values: Iterable[float] = ()) -> None:
        self.buckets: dict[int, int] = {}
        for value in values:
            self.add(value)

    def add(self, value: float, count: int = 1) -> None:
        """Count a value; what is not a number is left out, below `SMALLEST` counts as that."""
        if value != value:
            return
        bounded = min(max(value, SMALLEST), LARGEST)
        bucket = math.ceil(math.log(bounded) / _LOG_GAMMA)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + count

    def merge(self, other: "Histogram") -> None:
        buckets = self.buckets
        if not buckets:
            self.buckets = other.buckets.copy()
            return
        for bucket, count in other.buckets.items():
            buckets[bucket] = buckets.get(bucket, 0) + count

    @property
    def count(self) -> int:
        return sum(self.buckets.values())

    def percentile(self, share: float) -> float | None:
        """The value below which `share` (0 to 1) of all lie, by nearest rank; None when empty."""
        total = self.count
        if not total:
            return None
        rank = max(1, math.ceil(share * total))
        for bucket in sorted(self.buckets):
            rank -= self.buckets[bucket]
            if rank <= 0:
                return 2 * GAMMA**bucket / (GAMMA + 1)
        raise AssertionError("ranks run out at the last bucket")

    def to_bytes(self) -> bytes:
        """A format byte, then for each bucket in order its distance from the last and its count,
        both as LEB128 (seven bits a byte, the high bit says that more follow).
        """
        return bytes((ONE_PART,)) + self._pairs()

    def added_to(self, data: bytes) -> bytes:
        """What `to_bytes` or this wrote, with these counts added, as a rule at the cost of these
        alone. Raises `ValueError`.
        """
        if not data or not self.buckets:
            return data or self.to_bytes()
        if data[0] == ONE_PART:
            first, parts = len(data) - 1, _length(len(data) - 1) + data[1:]
        elif data[0] == PARTS:
            first, parts = _number(data, 1)[0], data[1:]
        else:
            raise ValueError(f"histogram format {data[0]} is not known")
        added = self._pairs()
        if len(parts) - first + len(added) > ADDED_BYTES + first // 4:
            whole = self.from_bytes(data)
            whole.merge(self)
            return whole.to_bytes()
        return b"".join((bytes((PARTS,)), parts, _length(len(added)), added))

    def _pairs(self) -> bytes:
        buckets = sorted(self.buckets)
        counts = [self.buckets[bucket] for bucket in buckets]
        distances = list(map(sub, buckets, [LOWEST_BUCKET, *buckets]))
        out = bytearray()
        if distances and max(counts) < 0x80 and max(distances[1:], default=0) < 0x80:
            _append_leb128(out, distances[0])
            start = len(out)
            out += bytes(2 * len(counts) - 1)
            out[start::2] = bytes(counts)
            out[start + 1 :: 2] = bytes(distances[1:])
        else:
            for distance, count in zip(distances, counts, strict=True):
                _append_leb128(out, distance)
                _append_leb128(out, count)
        return bytes(out)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Histogram":
        """Read what `to_bytes` or `added_to` wrote; empty bytes are an empty histogram. Raises
        `ValueError`.
        """
        histogram = cls()
        if not data:
            return histogram
        if data[0] == ONE_PART:
            histogram.buckets = _counts(data[1:])
        elif data[0] == PARTS:
            histogram.buckets = _sums_of_parts(data)
        else:
            raise ValueError(f"histogram format {data[0]} is not known")
        return histogram

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.buckets == other.buckets

    __hash__ = None  # type: ignore[assignment]  # it changes


def _sums_of_parts(data: bytes) -> dict[int, int]:
    """Counts by bucket of all parts behind the format byte."""
    length, position = _number(data, 1)
    end = position + length
    sums = _counts(data[position:end])
    while end < len(data):
        length, position = _number(data, end)
        end = position + length
        part = data[position:end]
        if len(part) == ONE_VALUE_BYTES and part[0] > 0x7F > part[1] and 0 < part[2] < 0x80:
            added = {LOWEST_BUCKET + (part[0] & 0x7F | part[1] << 7): part[2]}  # as most are
        else:
            added = _counts(part)
        for bucket, count in added.items():
            sums[bucket] = sums.get(bucket, 0) + count
    if end > len(data):
        raise ValueError("histogram is cut off")
    if max(sums, default=0) > HIGHEST_BUCKET:
        raise ValueError("histogram counts what cannot be")
    return sums


def _counts(pairs: bytes) -> dict[int, int]:
    """Counts by bucket of one part."""
    if not pairs:
        return {}
    first, start = _number(pairs, 0)
    rest = pairs[start:]
    # Each number is one byte, as a rule.
    numbers: Sequence[int] = rest if rest.isascii() else _leb128(rest)
    counts, distances = numbers[::2], numbers[1::2]
    if len(counts) != len(distances) + 1:
        raise ValueError("histogram is cut off")
    buckets = list(accumulate(distances, initial=LOWEST_BUCKET + first))
    if not all(counts) or not all(distances) or buckets[-1] > HIGHEST_BUCKET:
        raise ValueError("histogram counts what cannot be")
    return dict(zip(buckets, counts, strict=True))


def _length(number: int) -> bytes:
    out = bytearray()
    _append_leb128(out, number)
    return bytes(out)


def _append_leb128(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _number(data: bytes, position: int) -> tuple[int, int]:
    """The number there, and where the next one begins."""
    number = shift = 0
    for place in range(position, len(data)):
        byte = data[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place + 1
        shift += 7
    raise ValueError("histogram is cut off")


def _leb128(data: bytes) -> list[int]:
    numbers: list[int] = []
    number = shift = 0
    for byte in data:
        if byte < 0x80:
            numbers.append(number | byte << shift)
            number = shift = 0
        else:
            number |= (byte & 0x7F) << shift
            shift += 7
    if shift:
        raise ValueError("histogram is cut off")
    return numbers
