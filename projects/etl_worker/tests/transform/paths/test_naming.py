"""Names of parameters are the singular of the noun before them."""

import pytest
from treblle_etl.transform.paths import Learner
from treblle_etl.transform.paths.plurals import singular


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        ("people", "person_id"),
        ("categories", "category_id"),
        ("analyses", "analysis_id"),
        ("addresses", "address_id"),
        ("statuses", "status_id"),
        ("data", "data_id"),
        ("movies", "movie_id"),
        ("warehouses", "warehouse_id"),
        ("sizes", "size_id"),
        ("quizzes", "quiz_id"),
        ("salesPeople", "sales_person_id"),
    ],
)
def test_a_parameter_is_named_by_one_of_them(noun, name):
    learner = Learner()
    for number in range(30):
        learner.observe("GET", f"/{noun}/{number}", 200)
    learner.learn()
    assert learner.templates() == [("GET", f"/{noun}/{{{name}}}")]


@pytest.mark.parametrize(
    ("plural", "one"),
    [pair.split() for pair in (
        "aliases alias", "archives archive", "bases base", "bonuses bonus", "branches branch",
        "buses bus", "caches cache", "campuses campus", "cases case", "causes cause",
        "children child", "cookies cookie", "courses course", "criteria criterion",
        "databases database", "dishes dish", "drives drive", "feedback feedback",
        "hypotheses hypothesis", "heroes hero", "houses house", "indices index",
        "invoices invoice", "keys key", "leaves leaf", "licenses license", "matrices matrix",
        "media media", "menus menu", "metadata metadata", "news news", "queues queue",
        "responses response", "series series", "shoes shoe", "sms sms", "species species",
        "status status", "taxes tax", "uses use", "vertices vertex", "viruses virus",
        "women woman", "user user", "gas gas",
    )],
)  # fmt: skip
def test_irregular_nouns_have_their_singular(plural, one):
    assert singular(plural) == one
