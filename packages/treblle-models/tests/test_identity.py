"""Ids that stand in an index are ordered in time; keys are random and of one form."""

import time
import uuid

import pytest
from treblle_models import identity


def test_a_later_uuid7_sorts_later() -> None:
    first = identity.uuid7()
    started = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == started:
        pass
    assert first < identity.uuid7()


def test_a_uuid7_holds_version_variant_and_the_time_in_milliseconds() -> None:
    before = time.time_ns() // 1_000_000
    values = [identity.uuid7() for _ in range(200)]
    after = time.time_ns() // 1_000_000
    assert {value.version for value in values} == {7}
    assert {value.variant for value in values} == {uuid.RFC_4122}
    assert all(before <= value.int >> 80 <= after for value in values)
    assert len(set(values)) == 200


@pytest.mark.parametrize(
    ("make", "length"), [(identity.new_api_key, 32), (identity.new_custom_id, 16)]
)
def test_keys_are_letters_and_digits_of_their_length(make, length: int) -> None:
    keys = {make() for _ in range(100)}
    assert len(keys) == 100
    assert {len(key) for key in keys} == {length}
    assert set("".join(keys)) <= set(identity.ALPHABET)
