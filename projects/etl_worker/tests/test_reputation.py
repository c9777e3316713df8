"""The operator's list of bad addresses."""

import logging
from pathlib import Path

import pytest
from treblle_etl.event import Place
from treblle_etl.reputation import BadAddresses, with_reputation

LIST = """# a comment
198.51.100.0/24 ; SBL1
198.51.101.0/24
203.0.113.7
2001:db8::/32
no address
"""


@pytest.mark.parametrize(
    ("address", "is_bad"),
    [
        ("198.51.100.1", True),
        ("198.51.101.255", True),
        ("198.51.102.0", False),
        ("203.0.113.7", True),
        ("203.0.113.8", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_address_is_bad_where_a_network_holds_it(address: str, is_bad: bool) -> None:
    assert (address in BadAddresses(LIST.splitlines())) is is_bad


def test_places_of_bad_addresses_are_marked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(LIST)
    with caplog.at_level(logging.WARNING):
        find = with_reputation(lambda address: Place(country="HR"), str(path))
    assert find("203.0.113.7") == Place(country="HR", is_bad=True)
    assert find("203.0.113.8") == Place(country="HR")
    assert "1 lines are no addresses" in caplog.text


def test_without_a_readable_list_nothing_is_bad(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    find = with_reputation(lambda address: Place(), str(tmp_path / "none.txt"))
    assert not find("203.0.113.7").is_bad
    assert "cannot be read" in caplog.text
