"""Settings are read by type; what does not do is named, with what does, and never quoted whole."""

from collections.abc import Callable
from pathlib import Path

import pytest
from treblle_service.conf import BadSetting, Environment

HELP = "for this test"


def environment(**values: str) -> Environment:
    return Environment(values)


def message_of(call: Callable[[], object]) -> str:
    with pytest.raises(BadSetting) as refused:
        call()
    return str(refused.value)


def test_text_is_taken_as_it_is() -> None:
    assert environment(NAME=" blanks stay ").text("NAME", help=HELP) == " blanks stay "


@pytest.mark.parametrize("word", ["1", "true", "Yes", "ON"])
def test_a_flag_is_on(word: str) -> None:
    assert environment(FLAG=word).flag("FLAG", help=HELP) is True


@pytest.mark.parametrize("word", ["0", "false", "No", "OFF"])
def test_a_flag_is_off(word: str) -> None:
    assert environment(FLAG=word).flag("FLAG", True, help=HELP) is False


def test_a_flag_that_is_neither_names_the_words_it_takes() -> None:
    message = message_of(lambda: environment(FLAG="maybe").flag("FLAG", help=HELP))
    assert message.startswith("FLAG: 'maybe' does not do")
    assert "yes" in message


def test_a_whole_number() -> None:
    assert environment(SIZE="42").integer("SIZE", help=HELP) == 42


@pytest.mark.parametrize(
    ("text", "wanted"), [("many", "a whole number"), ("1.5", "a whole number"), ("2", "at least 3")]
)
def test_a_whole_number_that_is_none_or_too_small(text: str, wanted: str) -> None:
    call = lambda: environment(SIZE=text).integer("SIZE", minimum=3, help=HELP)  # noqa: E731
    assert message_of(call).startswith(f"SIZE: '{text}' does not do: {wanted}")


def test_a_number_may_have_a_fraction() -> None:
    assert environment(SHARE="0.25").number("SHARE", help=HELP) == 0.25


def test_what_is_no_number_is_refused() -> None:
    call = lambda: environment(SHARE="half").number("SHARE", help=HELP)  # noqa: E731
    assert message_of(call) == "SHARE: 'half' does not do: a number is wanted"


def test_a_list_forgives_blanks_and_a_last_comma() -> None:
    hosts = environment(HOSTS=" a.example , b.example,").words("HOSTS", help=HELP)
    assert hosts == ("a.example", "b.example")


def test_a_url_is_taken_whole() -> None:
    url = "mysql://me:secret@db:3306/treblle"
    assert environment(URL=url).url("URL", schemes=("mysql",), help=HELP) == url


@pytest.mark.parametrize(
    "text",
    [
        "postgres://me:hunter2@db/treblle",
        "me:hunter2@db/treblle",
        "hunter2",
        "postgres://db/treblle?password=hunter2",
    ],
)
def test_a_bad_url_is_refused_without_its_password(text: str) -> None:
    call = lambda: environment(URL=text).url("URL", schemes=("mysql", "sqlite"), help=HELP)  # noqa: E731
    message = message_of(call)
    assert message.startswith("URL: ")
    assert "hunter2" not in message


def test_a_url_of_another_scheme_names_those_that_do() -> None:
    call = lambda: environment(URL="ftp://x").url("URL", schemes=("file", "s3"), help=HELP)  # noqa: E731
    assert message_of(call) == "URL: ftp://**** does not do: the scheme is one of file, s3"


@pytest.mark.parametrize("values", [{}, {"KEY": ""}])
def test_what_must_be_set_says_what_it_is_for(values: dict[str, str]) -> None:
    message = message_of(lambda: Environment(values).integer("KEY", help="seconds to wait"))
    assert message == "KEY: is not set. It takes an integer: seconds to wait"


@pytest.mark.parametrize("values", [{}, {"KEY": ""}])
def test_what_is_not_set_takes_its_default(values: dict[str, str]) -> None:
    assert Environment(values).integer("KEY", 7, help=HELP) == 7


def test_a_value_may_lie_in_a_file_and_the_file_wins(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    read = environment(KEY="from the variable", KEY_FILE=str(file)).secret("KEY", help=HELP)
    assert read == "from the file"


def test_a_file_that_is_not_there_is_named_by_its_variable(tmp_path: Path) -> None:
    call = lambda: environment(KEY_FILE=str(tmp_path / "none")).secret("KEY", help=HELP)  # noqa: E731
    assert message_of(call) == "KEY_FILE: cannot be read: No such file or directory"


def test_every_setting_read_is_declared_with_its_help_and_default() -> None:
    env = environment(SIZE="1")
    env.integer("SIZE", 5, help="bytes of a thing")
    env.flag("LOUD", False, help="say more")
    assert [(s.name, s.kind, s.default, s.help) for s in env.declared.values()] == [
        ("SIZE", "integer", 5, "bytes of a thing"),
        ("LOUD", "flag", False, "say more"),
    ]
