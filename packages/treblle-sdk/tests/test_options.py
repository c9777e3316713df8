import logging

import pytest
from treblle_sdk.options import DEFAULT_INTAKE_URL, read_options

TOKEN = {"sdk_token": "token", "api_key": "key"}


def test_arguments_win_over_settings_and_settings_over_the_environment():
    options = read_options(
        {"environment": "from arguments"},
        {"ENVIRONMENT": "from settings", "API_KEY": "key"},
        {"TREBLLE_ENVIRONMENT": "from env", "TREBLLE_API_KEY": "x", "TREBLLE_SDK_TOKEN": "token"},
    )

    assert options.environment == "from arguments"
    assert options.api_key == "key"
    assert options.sdk_token == "token"
    assert options.active


def test_the_names_of_the_published_sdk_are_understood_in_django_settings():
    settings = {
        "SDK_TOKEN": "token",
        "API_KEY": "key",
        "MASKED_FIELDS": ["iban", " pin "],
        "DEBUG": True,
        "EXCLUDED_ROUTES": ["/health", "/admin/*"],
    }

    options = read_options({}, settings, {})

    assert options.masked_fields == ("iban", "pin")
    assert options.excluded_routes == ("/health", "/admin/*")
    assert options.debug
    assert options.intake_url == DEFAULT_INTAKE_URL


def test_the_environment_alone_is_enough():
    environ = {
        "TREBLLE_SDK_TOKEN": "token",
        "TREBLLE_API_KEY": "key",
        "TREBLLE_INTAKE_URL": "http://127.0.0.1:4000/",
        "TREBLLE_MASKED_FIELDS": "iban, pin",
        "TREBLLE_SAMPLE_RATE": "0.25",
        "TREBLLE_DEBUG": "no",
    }

    options = read_options(environ=environ)

    assert options.intake_url == "http://127.0.0.1:4000"
    assert options.masked_fields == ("iban", "pin")
    assert options.sample_rate == 0.25
    assert not options.debug


@pytest.mark.parametrize(
    ("dsn", "url", "key"),
    [
        ("https://token@intake.example/key", "https://intake.example", "key"),
        ("http://token@127.0.0.1:4000/key/", "http://127.0.0.1:4000", "key"),
        ("https://token@intake.example/in/here/k%2Fey", "https://intake.example/in/here", "k/ey"),
    ],
)
def test_a_dsn_stands_for_token_key_and_address(dsn, url, key):
    options = read_options(environ={"TREBLLE_DSN": dsn})

    assert (options.sdk_token, options.api_key, options.intake_url) == ("token", key, url)


def test_what_is_given_by_name_wins_over_the_dsn_beside_it():
    options = read_options({"dsn": "https://token@intake.example/key", "api_key": "other"}, {}, {})

    assert (options.sdk_token, options.api_key) == ("token", "other")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sample_rate", "often"),
        ("sample_rate", 7),
        ("body_limit_bytes", 0),
        ("intake_url", "intake.example"),
        ("before_send", "no.such.module:function"),
        ("before_send", 3),
        ("debug", "perhaps"),
        ("masked_fields", 3),
        ("dsn", "https://secret-token@/"),
    ],
)
def test_a_wrong_value_is_told_and_its_default_taken(name, value, caplog):
    options = read_options({**TOKEN, name: value}, {}, {})

    assert options == read_options(TOKEN, {}, {})
    assert f"option {name} is ignored" in caplog.text
    assert "secret-token" not in caplog.text


def test_a_hook_may_be_named_by_where_it_is():
    options = read_options({**TOKEN, "customer_id": "os.path:basename"}, {}, {})

    assert options.customer_id is not None
    assert options.customer_id("/a/b") == "b"


def test_without_token_it_is_off_and_says_so(caplog):
    with caplog.at_level(logging.WARNING):
        options = read_options({}, {}, {})

    assert not options.active
    assert "Treblle is off" in caplog.text


def test_token_and_key_do_not_show_when_options_are_printed():
    assert "token-1234" not in repr(read_options({"sdk_token": "token-1234"}, {}, {}))
