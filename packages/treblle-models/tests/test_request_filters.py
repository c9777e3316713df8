"""What text and metadata find, on every database."""

import pytest
from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter

ID = "0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"


@pytest.fixture
def found(make_request, project: Project):
    """The paths that a filter finds, of three requests that differ."""
    make_request(path="/Orders/7", metadata={"user-id": "42", "plan": "Größe"}, trace_id="abc-1")
    make_request(path="/books", error_message="Stock cannot be negative", metadata={"user-id": 43})
    make_request(path="/plain", uuid=ID)

    def find(**asked) -> list[str]:
        rows: list[Request] = list(RequestFilter(**asked).apply(project).order_by("path"))
        return [row.path for row in rows]

    return find


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("orders", "/Orders/7"),
        ("ORDERS", "/Orders/7"),
        ("cannot be neg", "/books"),
        ("größe", "/Orders/7"),
        ("plan", "/Orders/7"),
        ("ABC-1", "/Orders/7"),
        (ID, "/plain"),
    ],
)
def test_text_finds_paths_messages_metadata_and_ids(found, text, path):
    assert found(text=text) == [path]


def test_metadata_is_found_by_name_and_value(found):
    assert found(metadata=(("user-id", "42"),)) == ["/Orders/7"]
    assert found(metadata=(("user-id", "43"),)) == ["/books"]
    assert found(metadata=(("user-id", ""),)) == ["/Orders/7", "/books"]
    assert found(metadata=(("user-id", "42"), ("plan", "x"))) == []
