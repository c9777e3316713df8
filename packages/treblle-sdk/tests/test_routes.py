import pytest
from treblle_sdk.routes import excluded_pattern, template


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("users/<int:pk>", "/users/{pk}"),
        ("/users/<pk>/orders/<uuid:order>", "/users/{pk}/orders/{order}"),
        ("/files/{path:path}", "/files/{path}"),
        ("/users/{pk}", "/users/{pk}"),
        ("", "/"),
        (r"^users/(?P<pk>[^/.]+)/$", "/users/{pk}/"),
        (r"^v1\.0/(?P<year>[0-9]{4})/(\d+)/$", "/v1.0/{year}/{1}/"),
        (r"^a/(?P<b>(x|y)+)/c\Z", "/a/{b}/c"),
        (r"api/^items/(?P<pk>\d+)/$", "/api/items/{pk}/"),
    ],
)
def test_a_route_reads_the_same_whichever_framework_wrote_it(route, expected):
    assert template(route) == expected


@pytest.mark.parametrize(
    ("routes", "path", "excluded"),
    [
        (["/health"], "/health", True),
        (["health"], "/health", True),
        (["/health"], "/healthy", False),
        (["/admin/*"], "/admin/users/7", True),
        (["*/internal/*"], "/v1/internal/x", True),
        (["/users/{pk}"], "/users/7", True),
        (["/users/{pk}"], "/users/7/orders", False),
        (["/a.b"], "/aXb", False),
        (["/one", "/two"], "/two", True),
    ],
)
def test_excluded_routes_match_whole_paths_with_wildcards(routes, path, excluded):
    pattern = excluded_pattern(routes)

    assert pattern is not None
    assert bool(pattern.match(path)) is excluded
