"""What changed in an API, in words, and only once it is sure."""

import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.transform.documents import (
    Change,
    Exchange,
    Kind,
    Operation,
    changes,
    observe,
    rebased,
)
from treblle_etl.transform.documents.certainty import chance, is_gone, is_new

# A busy machine is no failure.
PATIENT = settings(deadline=None, max_examples=60)

NAME = "GET /users/{id}"
Body = Callable[[int], Any]


def user(number: int) -> dict:
    return {"id": number, "email": "a@b.example", "role": ["admin", "guest"][number % 2], "age": 7}


def traffic(body: Body, times: int = 200, start: int = 0, **more: Any) -> dict[str, Operation]:
    operation = Operation("GET", "/users/{id}")
    for number in range(start, start + times):
        mark = (float(number), f"request {number}")
        parts = {"status": 200, "response_body": body(number), "mark": mark} | more
        observe(operation, Exchange(f"/users/{number}", **parts))
    return {operation.name: operation}


def drift(body: Body, times: int = 200, before: Body = user) -> list[Change]:
    return changes(traffic(before), traffic(body, times, start=1_000))


def words(found: Iterable[Change]) -> list[str]:
    return [change.words for change in found]


def without(name: str) -> Body:
    return lambda number: {key: value for key, value in user(number).items() if key != name}


def test_nothing_changed_nothing_said():
    assert drift(user) == []


@pytest.mark.parametrize(
    ("body", "said", "breaking"),
    [
        (without("email"), "`email` was removed", True),
        (lambda n: user(n) | {"plan": "free"}, "`plan` is new", False),
        (lambda n: user(n) | {"age": None if n % 3 else 7}, "`age` may now be null", True),
        (lambda n: user(n) | {"age": "7"}, "`age` changed from integer to string", True),
        (lambda n: user(n) | {"age": n / 7}, "`age` changed from integer to number", True),
        (lambda n: user(n) | {"age": "7" if n % 2 else 7}, "`age` may now also be string", True),
        (lambda n: user(n) | {"email": "nobody"}, "`email` changed from email to free text", True),
        (
            lambda n: user(n) | {"role": ["admin", "guest", "owner"][n % 3]},
            "`role` may now also be `owner`",
            False,
        ),
    ],
)
def test_a_change_is_said_in_words(body, said, breaking):
    (found,) = drift(body)
    assert found.words == f"`{NAME}` 200: {said}"
    assert found.breaking is breaking


def test_a_field_that_is_missing_now_and_then_became_optional_since_its_first_absence():
    def body(number: int) -> dict:
        return user(number) if number % 4 or number < 1_050 else without("email")(number)

    (found,) = drift(body)
    assert found.words == "`GET /users/{id}` 200: `email` became optional"
    assert found.kind is Kind.BECAME_OPTIONAL
    assert found.breaking
    assert found.first == (1_052.0, "request 1052")


def test_a_new_field_has_the_request_that_showed_it_first():
    (found,) = drift(lambda n: user(n) | ({"plan": "free"} if n >= 1_030 else {}))
    assert found.first == (1_030.0, "request 1030")


def test_an_optional_field_that_always_comes_is_no_breaking_change():
    (found,) = drift(user, before=lambda n: user(n) if n % 2 else without("email")(n))
    assert (found.words, found.breaking) == (f"`{NAME}` 200: `email` is now always there", False)


def test_fields_deep_inside_are_named_by_their_path():
    def body(number: int, **more: Any) -> dict:
        return {"data": [{"owner": user(number) | more} for _ in range(3)]}

    found = drift(lambda n: body(n, plan="free"), before=body)
    assert words(found) == [f"`{NAME}` 200: `data[].owner.plan` is new"]


def test_few_sightings_are_not_enough():
    assert drift(lambda n: user(n) | {"plan": "free"}, times=2) == []
    assert drift(without("email"), times=1) == []
    assert words(drift(without("email"), times=3)) == [f"`{NAME}` 200: `email` was removed"]


def test_a_rare_field_that_does_not_come_for_a_while_is_not_removed():
    rng = random.Random(6)

    def seldom(number: int) -> dict:
        return user(number) | ({"note": "x"} if rng.random() < 0.02 else {})

    assert drift(without("note"), times=100, before=seldom) == []


def test_many_items_of_one_body_are_one_sighting():
    before = lambda n: {"data": [user(n)] * 20}  # noqa: E731
    after = lambda n: {"data": [user(n) | {"plan": "free"}] * 20}  # noqa: E731
    assert drift(after, times=2, before=before) == []


def test_new_keys_of_a_map_are_no_change():
    def body(number: int) -> dict:
        return {"prices": {str(number * 31 + step): 1.5 for step in range(4)}}

    assert drift(body, before=body) == []


def test_samples_of_one_api_seldom_differ_by_chance():
    """Every field optional, at any rate: a hundred comparisons, hardly a word."""
    rng = random.Random(8)
    rates = {f"field_{place}": rng.random() for place in range(20)}

    def body(number: int) -> dict:
        return {name: 1 for name, rate in rates.items() if rng.random() < rate}

    said = [words(changes(traffic(body, 300), traffic(body, 60, 500))) for _ in range(25)]
    assert sum(map(len, said)) <= 2, said


def test_statuses_media_types_and_credentials_drift_too():
    before = traffic(user)
    assert words(changes(before, traffic(user, start=500, status=201))) == [
        f"`{NAME}` 200: is not answered any more",
        f"`{NAME}` 201: is answered now",
    ]
    plain = {"content-type": "application/vnd.api+json"}
    assert words(changes(before, traffic(user, start=500, response_headers=plain))) == [
        f"`{NAME}` 200: `application/json` is not answered any more",
        f"`{NAME}` 200: `application/vnd.api+json` is answered now",
    ]
    sent = {"authorization": "Bearer ****"}
    (found,) = changes(before, traffic(user, start=500, request_headers=sent))
    assert (found.words, found.breaking) == (f"`{NAME}`: now asks for Bearer authentication", True)


def test_what_clients_send_breaks_nobody():
    before = traffic(user, query={"page": "1"}, request_body={"a": 1, "b": 2})
    found = changes(before, traffic(user, query={"size": "1"}, request_body={"a": 1}))
    assert words(found) == [
        f"`{NAME}` request: `b` was removed",
        f"`{NAME}` request: `page` is not sent any more",
        f"`{NAME}` request: `size` is new",
    ]
    assert not any(change.breaking for change in found)


def test_endpoints_come_and_go():
    other = Operation("GET", "/teams")
    for number in range(200):
        observe(other, Exchange("/teams", 200, mark=(number, f"request {number}")))
    both = traffic(user) | {other.name: other}
    (gone,) = changes(both, traffic(user, 400))
    assert (gone.words, gone.breaking) == ("`GET /teams`: is not called any more", True)
    (come,) = changes(traffic(user, 400), both)
    assert (come.words, come.first) == ("`GET /teams`: is new", (0.0, "request 0"))


def test_the_next_version_starts_from_what_is_sure():
    before, after = traffic(user), traffic(without("email"), start=500)
    following = rebased(before, after)
    schema = following[NAME].responses["200"].contents["application/json"].schema
    assert "email" not in schema.root.object.properties
    assert changes(following, traffic(without("email"), start=900)) == []
    assert rebased(before, traffic(user, 50, 300))[NAME].count == 250


@PATIENT
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_chance_is_a_chance_and_falls_with_what_is_seen(seen, these, others):
    assert 0 <= chance(seen, these, others) <= 1 + 1e-9
    if 0 < seen < these:
        assert chance(seen + 1, these, others) <= chance(seen, these, others) + 1e-9
    assert not is_new(min(seen, 2), these, others)
    assert not is_gone(0, these, others)


BODIES = st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers() | st.text(max_size=3))


@PATIENT
@given(st.lists(BODIES, max_size=12), st.lists(BODIES, max_size=12))
def test_any_two_states_can_be_compared(before, after):
    def state(bodies: list) -> dict[str, Operation]:
        return traffic(bodies.__getitem__, len(bodies))

    for change in changes(state(before), state(after)):
        assert change.words
    rebased(state(before), state(after))
