"""What workers ask: every request has a template at once, noise has none, bytes keep it all."""

import contextlib
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.transform.paths import Learner, Templates

NAMES = ["ada", "bela", "cyd", "dora", "edo", "fran", "gina", "hana", "ivo", "jana", "kira"]


@pytest.fixture(scope="module")
def learner() -> Learner:
    dice = random.Random(5)
    learner = Learner()
    for _ in range(2000):
        end = dice.choices(["invoices", "invoices/7/lines", "members"], [9, 5, 4])[0]
        learner.observe("GET", f"/{dice.choice(NAMES)}/{end}", 200)
        learner.observe("GET", "/wp-login.php", 404)
    learner.learn()
    return learner


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "/"),
        ("/v1/users", "/v1/users"),
        ("/users/123/orders/9f8b2c4d5e6f7a8b9", "/users/{user_id}/orders/{order_id}"),
        ("/categories/7/", "/categories/{category_id}/"),
        ("/pairs/1/2", "/pairs/{pair_id}/{id}"),
        ("/reports/2026-03-01", "/reports/{date}"),
        ("/people/ana@example.com", "/people/{email}"),
        ("/customers/****", "/customers/{customer_id}"),
        ("/files/12.json", "/files/{file_id}.json"),
    ],
)
def test_before_anything_is_learned_the_forms_of_identifiers_tell(path, template):
    assert Templates().of("GET", path, 200) == template


def test_a_new_path_follows_what_is_known_of_its_beginning(learner):
    templates = learner.published()
    assert templates.of("GET", "/zora/invoices/12/lines", 200) == (
        "/{tenant}/invoices/{invoice_id}/lines"
    )
    assert templates.of("POST", "/zora/invoices/12/refunds/3", 201) == (
        "/{tenant}/invoices/{invoice_id}/refunds/{refund_id}"
    )


@pytest.mark.parametrize("status", [404, 405])
def test_noise_that_the_api_does_not_have_belongs_to_no_endpoint(learner, status):
    templates = learner.published()
    assert templates.of("GET", "/wp-login.php", status) is None
    assert templates.of("GET", "/zora/backup.zip", status) is None
    assert templates.of("GET", "/zora/invoices", status) == "/{tenant}/invoices"


def test_an_earlier_template_becomes_the_one_that_took_it_in(learner):
    templates = learner.published()
    assert templates.becomes("GET", "/ada/members") == "/{tenant}/members"
    assert templates.becomes("GET", "/{id}/members") == "/{tenant}/members"
    assert templates.becomes("GET", "/{tenant}/members") == "/{tenant}/members"
    assert templates.becomes("DELETE", "/ada/members") is None


def test_bytes_hold_what_was_learned(learner):
    again = Templates.from_bytes(learner.published().to_bytes())
    assert again.to_bytes() == learner.published().to_bytes()
    assert again.of("GET", "/zora/members", 404) == "/{tenant}/members"


@settings(max_examples=100, deadline=None)
@given(st.text(), st.none() | st.integers())
def test_any_path_has_a_template_or_none(path, status):
    template = Templates().of("GET", path, status)
    assert template is None or len(template) <= 1024


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_other_bytes_are_refused(data):
    with contextlib.suppress(msgspec.DecodeError):
        Templates.from_bytes(data)
