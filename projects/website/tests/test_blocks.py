"""Blocks with rules of their own."""

import pytest
from django.core.exceptions import ValidationError
from treblle_website.blocks.code import CodeTabBlock
from treblle_website.blocks.links import LinkBlock


def link(**parts):
    block = LinkBlock()
    return block, block.to_python({"label": "Go", **parts})


def test_a_link_to_an_address_needs_the_address():
    block, value = link(destination="address", address="")
    with pytest.raises(ValidationError) as caught:
        block.clean(value)
    assert set(caught.value.block_errors) == {"address"}


def test_a_link_to_a_page_needs_the_page():
    block, value = link(destination="page", page=None)
    with pytest.raises(ValidationError) as caught:
        block.clean(value)
    assert set(caught.value.block_errors) == {"page"}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_an_address_that_is_no_link_is_refused(address):
    block, value = link(destination="address", address=address)
    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.mark.parametrize(
    "address", ["https://example.com/a", "mailto:a@example.com", "/pricing/", "#plans"]
)
def test_an_address_leads_where_it_says(address):
    block, value = link(destination="address", address=address)
    assert block.clean(value).href == address


def test_a_link_to_the_platform_follows_the_environment(settings):
    _, value = link(destination="log_in")
    assert value.href == f"{settings.PLATFORM_URL}/accounts/login/"


def test_lines_to_be_added_are_marked_and_lose_their_sign():
    value = CodeTabBlock().to_python({"label": "x", "place": "y", "code": "  a\n+   b\n  c"})
    assert [(line.text, line.added) for line in value.lines] == [
        ("a", False),
        ("  b", True),
        ("c", False),
    ]


def test_code_without_signs_stays_as_it_is():
    value = CodeTabBlock().to_python({"label": "x", "place": "y", "code": "  if a:\n    b"})
    assert [line.text for line in value.lines] == ["  if a:", "    b"]
