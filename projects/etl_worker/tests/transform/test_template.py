"""A request finds its endpoint: by the framework's route, else by what was learned of its path."""

import pytest
from treblle_etl.transform.paths import Templates
from treblle_etl.transform.template import template_of


@pytest.mark.parametrize(
    ("route", "template"),
    [
        ("users/{pk}", "/users/{pk}"),
        ("/users/{pk}/", "/users/{pk}/"),
        ("books/<slug>", "/books/{slug}"),
        ("books/<int:pk>/", "/books/{pk}/"),
        (r"^users/(?P<pk>[0-9]+)/$", "/users/{pk}/"),
        (r"api/^items/(?P<kind>(a|b)+)/?$", "/api/items/{kind}/"),
        ("/users/:id/orders/:order", "/users/{id}/orders/{order}"),
        ("", "/"),
    ],
)
def test_route_of_the_framework_is_taken_in_the_form_of_openapi(route: str, template: str) -> None:
    assert template_of("GET", "/whatever/1", route, 404, Templates()) == (template, True)


def test_without_a_route_what_was_learned_tells() -> None:
    learned = template_of("GET", "/users/123", None, 200, Templates())
    assert learned == ("/users/{user_id}", False)


@pytest.mark.parametrize("status", [404, 405])
def test_noise_that_no_route_took_makes_no_endpoint(status: int) -> None:
    assert template_of("GET", "/wp-login.php", None, status, Templates()) == (None, False)
