"""Any JSON in, no exception out, bounded work; two states add up to what both saw."""

import json
import random

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.transform.schemas import (
    Schema,
    from_bytes,
    habits_of,
    json_schema,
    learn,
    limits,
    merge,
    to_bytes,
)
from treblle_etl.transform.schemas.growing import cells_of

# A busy machine is no failure.
PATIENT = settings(deadline=None, max_examples=60)

NAMES = st.sampled_from(["id", "name", "tags", "12", "2024-01-02", "a" * 200]) | st.text(max_size=6)
STRINGS = st.text() | st.sampled_from(
    [
        "",
        "****",
        "red",
        "green",
        "a@b.example",
        "2024-01-02",
        "\ud800",
        "1.2.3.4",
        "https://x.example",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | STRINGS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(NAMES, inner, max_size=14),
    max_leaves=40,
)
BODIES = st.lists(JSON, max_size=8)


def learned(bodies: list) -> Schema:
    schema = Schema()
    for place, body in enumerate(bodies):
        learn(schema, body, mark=(float(place), f"request {place}"))
    return schema


@PATIENT
@given(BODIES)
def test_any_json_is_learned_within_bounds_and_described(bodies):
    schema = Schema()
    for body in bodies:
        assert learn(schema, body) <= limits.MAX_VISITS + 1
    assert schema.cells == cells_of(schema.root) <= limits.MAX_CELLS
    described = json_schema(schema, habits_of([schema.root]))
    jsonschema.Draft202012Validator.check_schema(described)
    json.dumps(described, allow_nan=False).encode()


@PATIENT
@given(BODIES)
def test_a_state_is_the_same_after_it_was_written_and_read(bodies):
    schema = learned(bodies)
    assert from_bytes(to_bytes(schema)) == schema


@PATIENT
@given(BODIES, BODIES)
def test_merging_is_learning_together(first, second):
    schema = learned(first)
    other = Schema()
    for place, body in enumerate(second, start=len(first)):
        learn(other, body, mark=(float(place), f"request {place}"))
    assert merge(schema, other) == learned(first + second)


@PATIENT
@given(BODIES, BODIES, BODIES)
def test_merging_knows_no_order(first, second, third):
    one, two, three = learned(first), learned(second), learned(third)
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@PATIENT
@given(BODIES, BODIES)
def test_merging_changes_neither_state(first, second):
    one, two = learned(first), learned(second)
    merged = merge(one, two)
    for body in second:
        learn(merged, {"more": body})
    assert (one, two) == (learned(first), learned(second))


def without_masks(body):
    return "****" not in json.dumps(body)


@PATIENT
@given(st.lists(JSON.filter(without_masks), min_size=1, max_size=6))
def test_what_was_learned_is_valid_by_the_schema(bodies):
    described = json_schema(learned(bodies))
    for body in json.loads(json.dumps(bodies), parse_constant=lambda _: 0):
        jsonschema.validate(body, described)


def test_a_body_is_not_walked_beyond_the_limit():
    wide = [[{"values": list(range(50))} for _ in range(50)] for _ in range(50)]
    assert learn(Schema(), wide) <= limits.MAX_VISITS + 1
    deep = None
    for _ in range(900):
        deep = {"below": [deep]}
    assert learn(Schema(), deep) <= 2 * limits.MAX_DEPTH


def test_a_state_stays_small_whatever_is_sent():
    rng = random.Random(1)

    def word():
        return "".join(rng.choices("abcdefghij", k=12))

    schema = Schema()
    for _ in range(150):
        learn(schema, {word(): {word(): [{word(): word() for _ in range(9)}] for _ in range(9)}})
    assert schema.cells <= limits.MAX_CELLS
    assert len(to_bytes(schema)) < 1_000_000
    both = merge(schema, schema)
    assert both.cells <= limits.MAX_CELLS


def test_ten_thousand_keys_are_a_map_and_not_ten_thousand_properties():
    schema = Schema()
    learn(schema, {f"user{number}": {"age": number} for number in range(10_000)})
    described = json_schema(schema)
    assert "properties" not in described
    assert described["additionalProperties"]["properties"]["age"]["type"] == "integer"
    assert len(to_bytes(schema)) < 1_000
