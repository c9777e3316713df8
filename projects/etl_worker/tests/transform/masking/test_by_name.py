"""What stands under a masked name is in nothing that lasts."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl.transform import masking
from treblle_etl.transform.masking.glance import Glance
from treblle_etl.transform.masking.tree import MAX_DEPTH, MAX_NODES, ByName

SECRET = "hunter2-never-to-be-seen"
NAMES = st.sampled_from(
    ["password", "Password", "pwd", "SECRET", "passwordConfirmation", "password_confirmation",
     "cc", "card_number", "cardNumber", "ccv", "ssn", "credit_score", "creditScore", "api_key",
     "apiKey", "API-KEY", "access_token", "clientSecret", "new_password", "stripeApiKey",
     "user[password]", "card.number.card_number", "X-Auth-Token", "token"]
)  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5)
SECRETS = st.recursive(
    st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
PLANTED = st.recursive(
    st.dictionaries(NAMES, SECRETS, min_size=1, max_size=3),
    lambda inner: (
        st.lists(inner | PLAIN, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner | PLAIN, max_size=4)
    ),
    max_leaves=10,
)
masker = masking.masker_for((), False)


def by_name(*own: str) -> ByName:
    return ByName(masking.Masker(own).names)


@given(PLANTED)
def test_no_planted_secret_survives_at_any_depth(value: Any) -> None:
    assert SECRET not in json.dumps(by_name().value(value))


@given(PLANTED)
def test_the_original_stays_as_it_is(value: Any) -> None:
    before = json.dumps(value)
    by_name().value(value)
    assert json.dumps(value) == before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bearer abc.def", "Bearer ****"),
        ("Basic dXNlcg==", "Basic ****"),
        ("abcdef", "****"),
        ("some thing else", "****"),
        (["Bearer abc", "xyz"], ["Bearer ****", "****"]),
    ],
)
def test_authorization_keeps_its_scheme_and_nothing_else(sent: Any, kept: Any) -> None:
    assert by_name().headers({"authorization": sent}) == {"authorization": kept}


def test_cookies_and_keys_in_headers_are_hidden_and_the_rest_is_not() -> None:
    headers = {"cookie": "a=1", "set-cookie": ["b=2"], "X-Api-Key": "k", "accept": "*/*"}
    assert by_name().headers(headers) == {
        "cookie": "****",
        "set-cookie": ["****"],
        "X-Api-Key": "****",
        "accept": "*/*",
    }


def test_stars_that_an_sdk_put_there_keep_their_length() -> None:
    assert by_name().value({"password": "*" * 9}) == {"password": "*" * 9}


def test_names_of_a_project_are_hidden_too() -> None:
    masked = by_name("Shoe-Size").value({"shoe_size": 44, "pwd": "x"})
    assert masked == {"shoe_size": "****", "pwd": "****"}


def test_names_that_only_contain_a_masked_one_are_shown() -> None:
    value = {
        "account": "a",
        "accuracy": 1,
        "password_hint_shown": True,
        "tokens_used": 17,
        "next_page_token": "b",
        "secretary": "c",
    }
    assert by_name().value(value) == value


def test_what_is_nested_too_deeply_is_left_out_and_said_so() -> None:
    deep: Any = {"password": SECRET}
    for _ in range(500):
        deep = {"a": [deep]}
    masked = json.dumps(by_name().value(deep))
    assert masking.TOO_DEEP in masked
    assert SECRET not in masked


def test_values_beyond_the_bound_are_not_visited_and_said_so() -> None:
    many = [[{"password": SECRET}] * 1000 for _ in range(MAX_NODES // 1000 + 20)]
    masked = by_name().value(many)
    assert masked[-1] == masking.TOO_LARGE
    assert SECRET not in json.dumps(masked)


@given(
    st.recursive(
        PLAIN | st.sampled_from(["token", '"password":', "\u212a"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                NAMES
                | st.sampled_from(
                    [
                        "to\u212aen",
                        "pass word",
                        "a[pass]word",
                        "PA-SS_WORD[x]",
                        "shoe.size",
                        "Größe",
                    ]
                )
                | st.text(max_size=5),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    ),
    st.sampled_from([(), ("shoe.size",), ("Größe",), ('a"b',)]),
)
def test_a_look_at_the_bytes_rules_out_nothing_that_the_walk_hides(
    value: Any, own: tuple[str, ...]
) -> None:
    names = masking.masker_for(own, False).names
    if ByName(names).value(value) != value:
        assert Glance(names).may_be_named(value, msgspec.json.encode(value))


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1])
def test_a_look_at_the_bytes_leaves_what_is_cut_to_the_walk(depth: int) -> None:
    value: Any = [1]
    for _ in range(depth):
        value = [value]
    names = masker.names
    if ByName(names).value(value) != value:
        assert Glance(names).may_be_named(value, msgspec.json.encode(value))
    assert not Glance(names).may_be_named([[1]] * 500, msgspec.json.encode([[1]] * 500))
