"""Secrets known by their form are hidden wherever they stand; what only looks like one is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl.transform.masking import cards, masker_for

from tests.support.secrets import CARDS, EMAILS, SECRETS, TOKENS

masker = masker_for((), False)
asked = masker_for((), True)
AROUND = st.text(alphabet=" .,;:!?\n\"'()[]{}<>=&/öß漢", max_size=20)


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@given(before=AROUND, after=AROUND)
def test_no_secret_survives_in_a_text(secret: str, before: str, after: str) -> None:
    assert secret not in masker.text(f"{before}{secret}{after}")


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_secret_survives_where_it_is_a_name(secret: str) -> None:
    assert secret not in json.dumps(masker.value([{"a": {secret: 1}}]))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("form", [str, int, float])
def test_cards_are_hidden_as_numbers_too(card: str, form: Any) -> None:
    if form is float and int(float(card)) != int(card):
        return  # such a number never was in the JSON
    assert masker.value({"paid_with": [form(card)]}) == {"paid_with": ["****"]}


@pytest.mark.parametrize("blank", [" ", "-", "+", "%20"])
def test_cards_are_hidden_in_groups(blank: str) -> None:
    grouped = blank.join(["4111", "1111", "1111", "1111"])
    assert masker.text(f"1 card {grouped} 22") == "1 card **** 22"


@pytest.mark.parametrize(
    "number",
    [
        "1700000000000",  # milliseconds since 1970
        "4111111111111112",  # a wrong check digit
        "41111111111111111111111111",
        "9781861972712",  # a book
        "550e8400-e29b-41d4-a716-446655440000",
        "+385 91 123 4567",
        "1234567890123456789",
        "2026-03-01 12:00:00.123456",
    ],
)
def test_other_numbers_are_shown(number: str) -> None:
    assert masker.text(number) == number


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masker.text(masker.text(text)) == masker.text(text)


@pytest.mark.parametrize("email", EMAILS)
def test_addresses_are_hidden_only_if_asked(email: str) -> None:
    assert masker.text(f"to {email}!") == f"to {email}!"
    assert asked.text(f"to {email}!") == "to ****!"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /x?token=abc&page=2", "GET /x?token=****&page=2"),
        ("user[password]=abc&a=1", "user[password]=****&a=1"),
        ("user%5Bpassword%5D=abc&a=1", "user%5Bpassword%5D=****&a=1"),
        ("login failed: password='hunter2', user=ana", "login failed: password='****', user=ana"),
        ("Authorization: Bearer abcdef", "Authorization: Bearer ****"),
        ('{"user":"ana","password":"hun ter2"}', '{"user":"ana","password":"****"}'),
        ('sent {\\"apiKey\\": \\"hun ter2\\", \\"a\\": 1}', 'sent {\\"apiKey\\": \\"****\\", \\"a\\": 1}'),
        ("<user><password>hunter2</password></user>", "<user><password>****</password></user>"),
        ('--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhun ter\r\n--x', '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n****\r\n--x'),
        ("postgres://shop:hunter2@db/shop", "postgres://****@db/shop"),
        ("/a;jsessionid=ABC123", "/a;jsessionid=****"),
        ("the password is wrong", "the password is wrong"),
        ("max-age=0, q=0.9", "max-age=0, q=0.9"),
    ],
)  # fmt: skip
def test_names_inside_texts_hide_their_values(text: str, shown: str) -> None:
    assert masker.text(text) == shown
    assert masker.value({"x": [text]}) == {"x": [shown]}


def test_json_in_a_text_is_masked_as_json() -> None:
    inner = json.dumps({"password": {"old": ["hunter2"]}, "n": 1})
    assert masker.value({"body": inner}) == {"body": '{"password":"****","n":1}'}


@given(st.text(max_size=300), TOKENS)
def test_any_text_goes_in_and_a_text_comes_out(text: str, token: str) -> None:
    assert isinstance(masker.text(text), str)
    assert token not in asked.text(f"{text} {token} {text}")


@given(st.lists(st.sampled_from(["4111", "1111", "5", " ", "-", "0", "%20", "x"]), max_size=40))
def test_cards_among_other_digits_are_bounded_work(parts: list[str]) -> None:
    text = "".join(parts)
    assert not cards.are_in(cards.hidden(text))
