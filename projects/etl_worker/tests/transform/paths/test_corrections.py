"""What a person says of an endpoint holds, whatever traffic says."""

from treblle_etl.transform.paths import Corrections, Learner


def learned(*paths: str) -> Learner:
    learner = Learner()
    for path in paths:
        learner.observe("GET", path, 200)
    learner.learn()
    return learner


USERS = ("/users/alice", "/users/bob", "/users/search", "/boats/1", "/boats/2")


def test_a_pinned_template_takes_what_it_matches_but_for_the_endpoints_beside_it():
    corrections = Corrections(pinned=["/users/{name}"], standing=["/users/search", "/users/{id}"])
    templates = learned(*USERS).published(corrections)
    assert templates.of("GET", "/users/alice", 200) == "/users/{name}"
    assert templates.of("GET", "/users/carol", 200) == "/users/{name}"
    assert templates.of("GET", "/users/search", 200) == "/users/search"
    assert templates.of("GET", "/boats/1", 200) == "/boats/{boat_id}"
    assert templates.becomes("GET", "/users/alice") == "/users/{name}"


def test_a_pinned_literal_is_never_merged_away():
    slugs = [f"/users/quiet-{'abcdefghij'[number % 10]}otter-{number}" for number in range(400)]
    templates = learned(*USERS, *slugs).published(Corrections(pinned=["/users/search"]))
    assert templates.of("GET", slugs[0], 200) == "/users/{user}"
    assert templates.of("GET", "/users/search", 200) == "/users/search"
    assert templates.becomes("GET", "/users/search") == "/users/search"


def test_a_pinned_parameter_is_never_split():
    learner = learned("/boats/1", "/boats/2", *["/boats/list"] * 500)
    assert learner.published().of("GET", "/boats/list", 200) == "/boats/list"
    pinned = learner.published(Corrections(pinned=["/boats/{boat_id}"]))
    assert pinned.of("GET", "/boats/list", 200) == "/boats/{boat_id}"


def test_names_of_parameters_stay_and_split_or_merge_nothing():
    named = learned(*USERS).published(Corrections(named=["/boats/{hull}"]))
    assert named.of("GET", "/boats/3", 200) == "/boats/{hull}"
    assert named.of("GET", "/boats/list", 200) == "/boats/list"


def test_a_pinned_parameter_takes_marked_values_too():
    templates = learned(*USERS).published(Corrections(pinned=["/users/{name}"]))
    assert templates.of("GET", "/users/@carol", 200) == "/users/{name}"
    only_repositories = learned(*USERS).published(Corrections(pinned=["/users/{name}/repos"]))
    assert only_repositories.of("GET", "/users/@repos", 200) == "/users/@repos"
