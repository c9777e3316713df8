"""Percentiles close to the exact ones, merging that loses nothing, bytes that come back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_models.histogram import LARGEST, SMALLEST, Histogram

TOLERANCE = 0.02
SHARES = (0.5, 0.95, 0.99)
LOAD_TIMES_MS = st.lists(st.floats(SMALLEST, LARGEST), min_size=1, max_size=300)


def exact(values: list[float], share: float) -> float:
    """The percentile by nearest rank."""
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


@given(LOAD_TIMES_MS)
def test_percentiles_are_within_two_per_cent_of_the_exact_ones(values: list[float]) -> None:
    histogram = Histogram(values)
    for share in SHARES:
        assert histogram.percentile(share) == pytest.approx(exact(values, share), rel=TOLERANCE)


@given(LOAD_TIMES_MS, LOAD_TIMES_MS, LOAD_TIMES_MS)
def test_merged_is_the_same_as_counted_together(
    first: list[float], second: list[float], third: list[float]
) -> None:
    merged = Histogram(third)
    merged.merge(Histogram(first))
    merged.merge(Histogram(second))
    assert merged == Histogram(first + second + third)
    assert merged.count == len(first) + len(second) + len(third)


@given(LOAD_TIMES_MS)
def test_bytes_come_back(values: list[float]) -> None:
    histogram = Histogram(values)
    assert Histogram.from_bytes(histogram.to_bytes()) == histogram


@given(LOAD_TIMES_MS, st.lists(LOAD_TIMES_MS, max_size=40))
def test_what_is_added_to_bytes_counts_as_if_it_had_been_there(
    first: list[float], later: list[list[float]]
) -> None:
    data, whole = Histogram(first).to_bytes(), Histogram(first)
    for values in later:
        data = Histogram(values).added_to(data)
        whole.merge(Histogram(values))
        assert Histogram.from_bytes(data) == whole
        assert len(data) <= 1.25 * len(whole.to_bytes()) + 150


def test_nothing_and_something_are_added_to_either() -> None:
    some = Histogram([12.5, 80.0]).to_bytes()
    assert Histogram().added_to(some) == some
    assert Histogram([12.5, 80.0]).added_to(b"") == some
    assert Histogram.from_bytes(Histogram([12.5, 80.0]).added_to(Histogram().to_bytes())).count == 2


def test_nothing_is_added_to_what_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="histogram format 9"):
        Histogram([12.5]).added_to(b"\x09\x01")


def test_counts_beyond_a_byte_come_back() -> None:
    histogram = Histogram()
    histogram.add(12.5, count=10**12)
    assert Histogram.from_bytes(histogram.to_bytes()).count == 10**12


def test_nothing_counted_has_no_percentile() -> None:
    assert Histogram().percentile(0.5) is None
    assert Histogram.from_bytes(b"") == Histogram()
    assert Histogram.from_bytes(Histogram().to_bytes()) == Histogram()


@given(st.binary(max_size=40))
def test_junk_is_refused_or_is_a_histogram_that_works(junk: bytes) -> None:
    for data in (junk, b"\x01" + junk, b"\x02" + junk):
        try:
            histogram = Histogram.from_bytes(data)
        except ValueError:
            continue
        assert histogram.percentile(0.99) is None or histogram.count > 0
        assert Histogram.from_bytes(histogram.to_bytes()) == histogram


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x03\x00\x01", id="another format"),
        pytest.param(b"\x02\x05\x05\x01", id="a part cut off"),
        pytest.param(b"\x02\x00\x03", id="a part that is not there"),
        pytest.param(b"\x02\x00\x03\xff\x7f\x01", id="a part with a bucket beyond the last"),
        pytest.param(b"\x02\x80", id="a part without its length"),
        pytest.param(b"\x01\x05", id="a bucket without its count"),
        pytest.param(b"\x01\x05\x80", id="a number cut off"),
        pytest.param(b"\x01\x05\x00", id="a count of nothing"),
        pytest.param(b"\x01\x05\x01\x00\x01", id="the same bucket twice"),
        pytest.param(b"\x01\xff\xff\xff\x7f\x01", id="a bucket beyond the last"),
    ],
)
def test_what_to_bytes_cannot_have_written_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="histogram"):
        Histogram.from_bytes(data)


def test_values_without_bounds_count_in_the_outermost_buckets() -> None:
    histogram = Histogram([-1.0, 0.0, math.inf, -math.inf, math.nan])
    assert histogram.count == 4
    assert histogram.percentile(0.01) == pytest.approx(SMALLEST, rel=TOLERANCE)
    assert histogram.percentile(1) == pytest.approx(LARGEST, rel=TOLERANCE)


def test_a_day_of_load_times_is_small() -> None:
    histogram = Histogram(1 + n % 5000 for n in range(100_000))
    assert len(histogram.to_bytes()) < 2000
