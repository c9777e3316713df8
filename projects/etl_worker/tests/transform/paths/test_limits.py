"""Any text in, no exception out; bounded memory and work."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.transform.paths import Learner, UnreadableState, trie
from treblle_etl.transform.paths.segments import MAX_STEPS, path_of, steps_of

steps = st.sampled_from(
    [
        "a",
        "b",
        "list",
        "12",
        "x1",
        "{id}",
        "",
        "v1",
        ".",
        "..",
        "é",
        "%2f",
        "@a",
        "a.b.c:d",
        "a\x03",
        "\x00b",
    ]
)
paths = st.one_of(st.text(), st.lists(steps, max_size=60).map(lambda parts: "/" + "/".join(parts)))
requests = st.tuples(st.text(max_size=20), paths, st.none() | st.integers())


@settings(max_examples=150, deadline=None)
@given(st.lists(requests, max_size=30))
def test_any_text_is_learned_without_an_exception(seen):
    learner = Learner()
    for method, path, status in seen:
        learner.observe(method, path, status)
    learner.learn()
    for method, path, status in seen:
        template = learner.template_of(method, path)
        assert template is None or template.startswith("/") or template.startswith(".")
        if status not in (404, 405):
            names = [part for part in (template or "").split("/") if part.startswith("{")]
            assert len(set(names)) == len(names)
    before = learner.templates()
    learner.learn()
    assert learner.templates() == before


@settings(max_examples=200, deadline=None)
@given(paths)
def test_a_path_has_few_steps_and_they_make_it_again(path):
    found = steps_of(path)
    assert len(found) <= MAX_STEPS + 2
    if len(found) < MAX_STEPS:
        assert steps_of(path_of(found)) == found


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_learner_are_refused(data):
    with pytest.raises(UnreadableState):
        Learner.from_bytes(data)


def test_nodes_are_bounded_and_known_endpoints_outlive_the_flood(monkeypatch):
    monkeypatch.setattr(trie, "MAX_NODES", 3_000)
    monkeypatch.setattr("treblle_etl.transform.paths.learner.MAX_NODES", 3_000)
    monkeypatch.setattr(trie, "MAX_CHILDREN", 400)
    learner = Learner()
    dice = random.Random(1)
    for number in range(12_000):
        word = "".join(dice.choices("aeiorstln", k=8))
        learner.observe("GET", f"/files/{word}/{word[::-1]}", 200)
        learner.observe("GET", f"/scan/{word}", 404)
        if number % 100 == 0:
            learner.observe("GET", f"/users/{number}/orders", 200)
    learner.learn()
    assert learner._trie.size <= 3_000
    assert sum(1 for _ in trie.nodes_under(learner._trie.root)) == learner._trie.size
    assert learner.template_of("GET", "/users/7/orders") == "/users/{user_id}/orders"
    assert learner.template_of("GET", "/files/aeiorstl/ltsroiea") == "/files/{file}/{id}"
