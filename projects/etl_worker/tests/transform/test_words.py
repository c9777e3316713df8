"""Which texts name an API customer who is erased."""

from typing import Any

import pytest
from treblle_etl.transform.documents.wording import template_without, without_words
from treblle_etl.transform.paths import Learner
from treblle_etl.transform.words import Words


@pytest.mark.parametrize("text", ["zoe-doe", "Zoe.Doe", "ZOE_DOE", "zoe%20doe", "zoe+doe"])
def test_a_name_is_known_however_it_is_written(text: str) -> None:
    words = Words(["Zoe Doe"])
    assert words.has(text)
    assert words.within(f'{{"by": "x{text}"}}')
    assert words.out_of(f"GET /by/{text}/toys is new") == "GET /by/***/toys is new"
    assert words.out_of(f"/paths/~1by~1{text}") == "/paths/~1by~1***"


def test_an_address_is_known_as_it_is_written_in_paths() -> None:
    words = Words(["zoe@example.com"])
    assert template_without("/users/zoe%40example.com/cart", words) == "/users/{value}/cart"
    assert words.out_of("/users/zoe%40example.com") == "/users/***"


def test_part_of_a_longer_word_names_somebody_else() -> None:
    assert not Words(["zoe"]).has("zoey")
    assert Words(["zoe"]).out_of("zoey and anzoe") == "zoey and anzoe"


@pytest.mark.parametrize("word", ["de", "admin", "---", "", "-a-"])
def test_what_names_nobody_is_not_looked_for(word: str) -> None:
    words = Words([word])
    assert not words
    assert template_without(f"/{word}/b", words) == f"/{word}/b"
    assert words.out_of(f"{word} b") == f"{word} b"
    assert not words.within(word)


def test_a_step_below_another_that_is_theirs_goes_too() -> None:
    learner = Learner()
    for _ in range(50):
        learner.observe("GET", "/zoe-doe/zoe-doe/toys", 200)
        learner.observe("GET", "/orders", 200)
    learner.learn()
    assert b"zoe-doe" in learner.to_bytes()
    assert learner.forget(Words(["Zoe Doe"]).has)
    assert b"zoe-doe" not in learner.to_bytes()
    assert learner.template_of("GET", "/orders") == "/orders"
    assert not learner.forget(Words(["Zoe Doe"]).has)


def test_a_document_loses_tags_parameters_and_names_that_are_theirs() -> None:
    operation = {
        "operationId": "listZoeToys",
        "tags": ["zoe"],
        "parameters": [{"name": "zoe", "in": "query"}, {"name": "page", "in": "query"}],
    }
    schema = {"properties": {"zoe": {}, "id": {}}, "required": ["zoe"]}
    document: dict[str, Any] = {
        "paths": {"/zoe/toys": {"get": operation}},
        "components": {"a": schema},
    }
    assert without_words(document, Words(["Zoe"]))
    assert "zoe" not in str(document).lower()
    [told] = document["paths"]["/{value}/toys"].values()
    assert [each["name"] for each in told["parameters"]] == ["page", "value"]
    assert not without_words(document, Words(["Zoe"]))


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("zoe", "/users/@zoe"),
        ("@zoe", "/users/@zoe"),
        ("org.example.user:zoe", "/users/org.example.user:zoe"),
    ],
)
def test_a_marked_name_is_known_with_its_mark_and_without(word: str, path: str) -> None:
    learner = Learner()
    for _ in range(20):
        learner.observe("GET", path, 200)
    learner.learn()
    assert ("GET", path) in learner.templates()
    assert learner.forget(Words([word]).has)
    assert "zoe" not in str(learner.templates())
    assert template_without(path, Words([word])) == "/users/{value}"
