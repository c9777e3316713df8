"""What a schema says of the bodies it was learned from."""

import random
import uuid

import pytest
from treblle_etl.transform.schemas import Schema, habits_of, json_schema, learn


def described(bodies: list) -> dict:
    schema = Schema()
    for body in bodies:
        learn(schema, body)
    return json_schema(schema)


def of_field(values: list) -> dict:
    return described([{"field": value} for value in values])["properties"]["field"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("uuid", ["6f1c1f7e-5d0b-4c84-9a39-0f3f0d4d3c11", "6F1C1F7E-5D0B-4C84-9A39-0F3F0D4D3C12"]),
        ("date-time", ["2024-02-29T23:59:59Z", "2024-01-01t00:00:00.123456+02:00"]),
        ("date-time-local", ["2024-02-29T23:59:59", "2024-01-01T00:00:00.5"]),
        ("date", ["2024-02-29", "1999-12-31"]),
        ("email", ["ada@example.com", "a.b+c@mail.example.org"]),
        ("uri", ["https://example.com/a?b=c#d", "ftp://example.com"]),
        ("uri-template", ["https://example.com/{id}", "https://example.com/a{?page}"]),
        ("ipv4", ["192.0.2.1", "10.0.0.255"]),
        ("ipv6", ["2001:db8::1", "::1"]),
    ],
)
def test_formats_are_told(name, values):
    assert of_field(values)["format"] == name


@pytest.mark.parametrize(
    "values",
    [
        ["2024-13-01", "2024-00-10"],
        ["2024-01-01T25:00:00Z"],
        ["not@", "@example.com"],
        ["12:30:45", "aa:bb:cc:dd:ee:ff"],
        ["256.1.1.1", "1.2.3"],
        ["https://example.com/with blank"],
        ["see https://example.com"],
        ["6f1c1f7e-5d0b-4c84-9a39-0f3f0d4d3cZZ"],
        ["2024-01-01", "a day"],
    ],
)
def test_what_only_looks_like_a_format_has_none(values):
    assert "format" not in of_field(values)


def test_an_empty_string_now_and_then_ends_no_format():
    assert of_field(["ada@example.com", "", "bob@example.com"])["format"] == "email"


def test_types_are_joined_and_null_is_one_of_them():
    assert of_field([1, None, 2])["type"] == ["integer", "null"]
    assert of_field([1, 2.5])["type"] == "number"
    assert of_field([True, "x"])["type"] == ["string", "boolean"]
    assert of_field([None])["type"] == "null"


def test_few_values_that_recur_are_an_enumeration():
    assert of_field(["open", "closed", "open", "in_review"] * 3)["enum"] == [
        "closed",
        "in_review",
        "open",
    ]
    assert of_field(["open", None, "closed"] * 4)["enum"] == ["closed", "open", None]


def test_free_text_is_no_enumeration_though_some_of_it_recurs():
    rng = random.Random(4)
    names = ["".join(rng.choices("abcdefghijklmnop", k=6)) for _ in range(200)]
    weights = [1 / (place + 1) for place in range(200)]
    for times in (20, 50, 200, 1000):
        assert "enum" not in of_field(rng.choices(names, weights, k=times))


def test_the_same_object_again_is_no_evidence_for_an_enumeration():
    polled = [{"id": 7, "city": "Oslo"}, {"id": 8, "city": "Bergen"}] * 20
    assert "enum" not in described(polled)["properties"]["city"]
    different = [{"id": number, "city": ["Oslo", "Bergen"][number % 2]} for number in range(40)]
    assert "enum" in described(different)["properties"]["city"]


def test_what_is_in_every_object_is_required():
    bodies = [{"a": 1, "b": 2}, {"a": 1}] * 10
    assert described(bodies)["required"] == ["a"]


def test_few_sightings_are_weighed_by_the_habits_of_the_api():
    """In an API where nearly all is optional, being there twice of two times proves little."""
    rng = random.Random(2)
    others = []
    for _ in range(30):
        schema = Schema()
        for _ in range(20):
            learn(schema, {name: 1 for name in "abcdefgh" if rng.random() < 0.7})
        others.append(schema.root)
    schema = Schema()
    learn(schema, {"a": 1, "b": 1})
    assert json_schema(schema)["required"] == ["a", "b"]
    assert "required" not in json_schema(schema, habits_of(others))


def test_names_that_are_data_make_a_map():
    by_id = {str(uuid.UUID(int=number)): {"total": number} for number in range(3)}
    found = described([{"orders": by_id}])["properties"]["orders"]
    assert "properties" not in found
    assert found["additionalProperties"]["properties"]["total"]["type"] == "integer"


def test_words_that_behave_like_data_make_a_map():
    rng = random.Random(3)
    words = ["".join(rng.choices("abcdefghijkl", k=5)) for _ in range(60)]
    bodies = [
        {"errors": {word: ["is missing"] for word in rng.sample(words, 2)}} for _ in range(40)
    ]
    found = described(bodies)["properties"]["errors"]
    assert found["additionalProperties"]["items"]["type"] == "string"


def test_many_optional_properties_stay_properties():
    rng = random.Random(5)
    names = [f"option_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    bodies = [{name: "x" for name in names if rng.random() < 0.3} for _ in range(60)]
    assert set(described(bodies)["properties"]) == set(names)


def test_known_names_stay_beside_the_entries_of_a_map():
    bodies = [{"total": 1, str(1000 + number): "x"} for number in range(20)]
    found = described(bodies)
    assert set(found["properties"]) == {"total"}
    assert found["required"] == ["total"]
    assert found["additionalProperties"]["type"] == "string"


def test_bounds_are_constraints_only_once_they_are_sure():
    few = of_field([3, 900, 20])
    assert few["x-observed"] == {"minimum": 3, "maximum": 900}
    assert "maximum" not in few
    many = of_field([3 + number % 898 for number in range(1_000)])
    assert (many["minimum"], many["maximum"]) == (3, 900)


def test_lengths_that_never_differ_are_fixed():
    values = [f"{number:05d}" for number in range(20_000, 20_030)]
    assert of_field(values) | {"x-observed": None} == {
        "type": "string",
        "minLength": 5,
        "maxLength": 5,
        "x-observed": None,
    }


def test_a_masked_value_tells_no_type():
    assert of_field(["****", 12])["type"] == "integer"
    assert of_field(["****"] * 5) == {"type": "string", "description": "Hidden by masking."}


def test_large_integers_are_told():
    assert of_field([2**31])["format"] == "int64"
    assert "format" not in of_field([2**31 - 1, -(2**31)])
