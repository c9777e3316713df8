"""A mergeable histogram of durations: percentiles to within one per cent, a few hundred bytes.

Buckets grow by a constant factor (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable
quantile sketch with relative-error guarantees", VLDB 2019): a value `v` counts in bucket
`ceil(log(v) / log(GAMMA))`, and whatever lies in a bucket is off its middle by at most
`RELATIVE_ERROR`. Merging adds counts, so it loses nothing and knows no order.
"""

import math
from collections.abc import Iterable
from itertools import accumulate

RELATIVE_ERROR = 0.01
GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA = math.log(GAMMA)
# From 0.001 ms to some 28 hours; what lies outside counts in the outermost bucket.
SMALLEST = 1e-3
LARGEST = 1e8
LOWEST_BUCKET = math.ceil(math.log(SMALLEST) / _LOG_GAMMA)
HIGHEST_BUCKET = math.ceil(math.log(LARGEST) / _LOG_GAMMA)
FORMAT = 1


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
        out = bytearray([FORMAT])
        last = LOWEST_BUCKET
        for bucket, count in sorted(self.buckets.items()):
            distance = bucket - last
            last = bucket
            if distance < 0x80 and count < 0x80:  # as most are
                out.append(distance)
                out.append(count)
            else:
                _append_leb128(out, distance)
                _append_leb128(out, count)
        return bytes(out)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Histogram":
        """Read what `to_bytes` wrote; empty bytes are an empty histogram. Raises `ValueError`."""
        histogram = cls()
        if not data:
            return histogram
        if data[0] != FORMAT:
            raise ValueError(f"histogram format {data[0]} is not known")
        numbers = _leb128(data)
        if len(numbers) % 2:
            raise ValueError("histogram is cut off")
        counts = numbers[1::2]
        buckets = list(accumulate(numbers[::2], initial=LOWEST_BUCKET))[1:]
        histogram.buckets = dict(zip(buckets, counts, strict=True))
        if (
            not all(counts)
            or len(histogram.buckets) < len(counts)
            or max(buckets, default=0) > HIGHEST_BUCKET
        ):
            raise ValueError("histogram counts what cannot be")
        return histogram

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.buckets == other.buckets

    __hash__ = None  # type: ignore[assignment]  # it changes


def _append_leb128(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _leb128(data: bytes) -> list[int]:
    """The numbers after the format byte. Most are below 128 and so one byte."""
    numbers: list[int] = []
    number = shift = 0
    for byte in data[1:]:
        if byte < 0x80:
            numbers.append(number | byte << shift)
            number = shift = 0
        else:
            number |= (byte & 0x7F) << shift
            shift += 7
    if shift:
        raise ValueError("histogram is cut off")
    return numbers
