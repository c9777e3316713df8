"""Nothing secret leaves: planted under names, by form, at any depth, in any part of a request."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_sdk.forms import is_card, mask_forms
from treblle_sdk.masking import DEFAULT_NAMES, MAX_DEPTH, Masker
from treblle_sdk.options import Options
from treblle_sdk.payload import PayloadBuilder

MASKER = Masker(["iban", "*pin*"])

SECRET = st.text(string.ascii_letters, min_size=12, max_size=30).map(lambda text: f"zq{text}qz")
MASKED_NAME = st.sampled_from(
    [
        *DEFAULT_NAMES,
        *("Password", "passwordConfirmation", "userPassword", "X-API-Key", "new-password2"),
        *("client_secret", "refresh_token", "cardNumber", "user[password]", "IBAN", "shipping"),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)


def with_check_digit(digits: str) -> str:
    """The digits and the one that makes Luhn's sum a multiple of ten."""
    return next(digits + check for check in string.digits if luhn(digits + check) % 10 == 0)


def luhn(digits: str) -> int:
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled)


CARD = st.one_of(
    st.text(string.digits, min_size=14, max_size=14).map(lambda rest: with_check_digit("4" + rest)),
    st.text(string.digits, min_size=13, max_size=13).map(
        lambda rest: with_check_digit("52" + rest)
    ),
    st.text(string.digits, min_size=12, max_size=12).map(
        lambda rest: with_check_digit("37" + rest)
    ),
    st.text(string.digits, min_size=11, max_size=14).map(
        lambda rest: with_check_digit("6011" + rest)
    ),
)
SPACED_CARD = CARD.map(lambda card: " ".join(card[at : at + 4] for at in range(0, len(card), 4)))
BASE64URL = st.text(string.ascii_letters + string.digits + "_-", min_size=6, max_size=40)
JWT = st.tuples(BASE64URL, BASE64URL, BASE64URL).map(lambda parts: "eyJ" + ".".join(parts))


def around(leaf: st.SearchStrategy) -> st.SearchStrategy:
    """JSON of any shape with the leaf somewhere in it."""

    def nested(inner: st.SearchStrategy) -> st.SearchStrategy:
        in_list = st.tuples(st.lists(PLAIN, max_size=3), inner).map(
            lambda both: [*both[0], both[1]]
        )
        in_object = st.tuples(st.dictionaries(st.text(max_size=8), PLAIN, max_size=3), inner).map(
            lambda both: both[0] | {"inner": both[1]}
        )
        as_json_text = inner.map(json.dumps)
        return in_list | in_object | as_json_text

    return st.recursive(leaf, nested, max_leaves=12)


@given(st.data(), SECRET, MASKED_NAME)
def test_a_value_under_a_masked_name_never_shows_whatever_is_around_it(data, secret, name):
    planted = data.draw(st.sampled_from([secret, [secret], {"deep": {"er": secret}}, {secret: 1}]))
    document = data.draw(around(st.just({name: planted})))

    assert secret not in json.dumps(MASKER.json_text(json.dumps(document)))


@given(st.data(), st.one_of(CARD, SPACED_CARD, JWT))
def test_a_secret_known_by_its_form_never_shows_whatever_its_name(data, secret):
    planted = data.draw(st.sampled_from([secret, f"it is {secret}, ok?", {secret: 1}]))
    document = data.draw(around(st.just(planted)))

    assert secret not in json.dumps(MASKER.json_text(json.dumps(document)))


@given(st.data(), CARD)
def test_a_card_written_as_a_number_never_shows(data, card):
    exact = [float(card)] if len(card) <= 15 else []  # JSON writes longer ones with an exponent
    planted = data.draw(st.sampled_from([int(card), -int(card), *exact]))
    document = data.draw(around(st.just(planted)))

    assert str(abs(planted)) not in json.dumps(MASKER.json_text(json.dumps(document)))


@given(CARD, st.integers(0, 9999))
def test_a_card_is_found_among_other_numbers(card, other):
    assert card not in mask_forms(f"{other} {card} {other}-{other}")


@pytest.mark.parametrize(
    "harmless",
    [
        "1700000000000",  # milliseconds
        "550e8400-e29b-41d4-a716-446655440000",
        "2026-03-01 12:00:00.123456",
        "4006381333931",  # an EAN
        "+49 30 1234567 890",
        "Basic knowledge of tokens",
        "a=b&page=7",
    ],
)
def test_what_only_looks_like_a_secret_stays(harmless):
    assert MASKER.text(harmless) == harmless


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bearer abcdefgh12345", "Bearer ****"),
        ("https://ana:swordfish@db.example/x", "https://****@db.example/x"),
        ("/login?password=swordfish&page=2", "/login?password=****&page=2"),
        ("sk_live_abcdefghijklmnop", "****"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "****"),
        ('{"password": "swordfish", "a": 1}', '{"password": "****", "a": 1}'),
    ],
)
def test_a_secret_inside_a_text_is_cut_out_of_it(text, masked):
    assert MASKER.text(text) == masked


def test_headers_keep_what_is_of_use():
    headers = {
        "authorization": ["Bearer abc.def"],
        "proxy-authorization": ["Basic dXNlcjpwYXNz"],
        "x-api-key": ["swordfish"],
        "cookie": ["session=swordfish; theme=dark"],
        "set-cookie": ["session=swordfish; Path=/; HttpOnly", "b=2"],
        "referer": ["https://shop.example/reset?token=swordfish"],
        "accept": ["application/json"],
    }

    assert MASKER.headers(headers) == {
        "authorization": "Bearer ****",
        "proxy-authorization": "Basic ****",
        "x-api-key": "****",
        "cookie": "session=****; theme=****",
        "set-cookie": ["session=****; Path=/; HttpOnly", "b=****"],
        "referer": "https://shop.example/reset?token=****",
        "accept": "application/json",
    }


def test_an_authorization_without_a_known_scheme_is_hidden_whole():
    assert MASKER.headers({"authorization": ["swordfish and more"]}) == {"authorization": "****"}


def test_names_that_only_contain_a_masked_one_stay():
    document = {"bcc": "a@b.example", "secretary": "Ana", "description": "x", "tokens": 7}

    assert MASKER.tree(document) == document


def test_nothing_stays_nothing_under_a_masked_name():
    assert MASKER.tree({"password": None, "secret": ""}) == {"password": None, "secret": ""}


def test_what_is_given_is_not_changed():
    document = {"password": "swordfish", "list": [{"cc": 1}]}

    MASKER.tree(document)

    assert document == {"password": "swordfish", "list": [{"cc": 1}]}


def test_what_is_nested_too_deep_is_left_out_with_what_it_hides():
    document: object = {"password": "swordfish"}
    for _ in range(MAX_DEPTH + 1):
        document = [document]

    assert "swordfish" not in json.dumps(MASKER.tree(document))
    assert "nested too deep" in json.dumps(MASKER.tree(document))


def nested(document, levels):
    for _ in range(levels):
        document = [document]
    return document


def orders(document):
    """A long document as of an API, with nothing in it that by itself looks like a secret."""
    usual = [{"id": each, "state": "sent", "lines": [{"sku": each}]} for each in range(500)]
    return {"orders": [*usual, {"id": 0, "state": "new", "lines": [document]}]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"state": "sent", "pwd": "rosebud"}', {"state": "sent", "pwd": "****"}),
        ('{"total": 4.111111111111111e15}', {"total": "****"}),
        ('{"total": 41111111111.11111e5}', {"total": "****"}),
        ('{"card": "4111 1111 1111 1111"}', {"card": "****"}),
        ('{"total": NaN, "least": -Infinity}', {"total": "NaN", "least": "-Infinity"}),
        ('{"total": 1e999}', {"total": "inf"}),
        ('{"total": 1.5, "note": null}', {"total": 1.5, "note": None}),
    ],
)
def test_one_secret_in_a_long_plain_document_does_not_show(text, shown):
    document = json.dumps(orders("HERE")).replace('"HERE"', text)

    assert MASKER.json_text(document) == orders(shown)


def test_a_plain_document_is_left_out_only_from_where_it_is_nested_too_deep():
    usual, deep = (json.dumps(nested("leaf", levels)) for levels in (MAX_DEPTH, MAX_DEPTH + 1))

    assert MASKER.json_text(usual) == json.loads(usual)
    assert "leaf" not in json.dumps(MASKER.json_text(deep))


def test_a_long_document_leaves_the_interpreter_to_others_many_times():
    breaths = []
    masker = Masker(breathe=lambda: breaths.append(1))

    masker.json_text(json.dumps(orders({"a": "b=c"})))

    assert len(breaths) > 3


@given(SECRET)
def test_no_part_of_a_request_lets_a_secret_through(make_exchange, secret):
    card = with_check_digit("411111111111111"[:15])
    exchange = make_exchange(
        request=json.dumps({"user": {"password": secret}}).encode(),
        response=json.dumps([{"access_token": secret, "note": f"card {card}"}]).encode(),
        path=f"/cards/{card}",
        query=f"api_key={secret}&user[password]={secret}&password={secret}2",
        headers=[
            ("content-type", "application/json"),
            ("authorization", f"Bearer {secret}"),
            ("cookie", f"session={secret}"),
            ("x-api-key", secret),
            ("user-agent", f"curl?token={secret}"),
        ],
        response_headers=[
            ("content-type", "application/json"),
            ("set-cookie", f"s={secret}; Path=/"),
        ],
    )
    exchange.fail(ValueError(f"bad login: password={secret}"))
    exchange.broken_off = False

    sent = json.dumps(PayloadBuilder(Options(sdk_token="t", api_key="k")).build(exchange))

    assert secret not in sent
    assert card not in sent
    assert is_card(card)


@pytest.mark.parametrize("kind", [str, str.encode])
def test_a_nul_in_a_header_does_not_let_a_secret_pass_for_a_name(make_exchange, kind):
    told = [("x-note", "a\0b"), ("authorization", "s3cr3t"), ("x-\0-api-key", "s3cr3t")]
    exchange = make_exchange(headers=[(kind(name), kind(value)) for name, value in told])

    sent = PayloadBuilder(Options(sdk_token="t", api_key="k")).build(exchange)

    assert "s3cr3t" not in json.dumps(sent)
    assert sent["data"]["request"]["headers"]["x-note"] == "a\ufffdb"
