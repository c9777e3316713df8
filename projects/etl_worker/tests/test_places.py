"""Places and networks are read from real MaxMind databases."""

from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from treblle_etl.event import Place
from treblle_etl.places import place_lookup

ZAGREB = {
    "city": {"names": {"en": "Zagreb", "hr": "Zagreb"}},
    "country": {"iso_code": "HR", "names": {"en": "Croatia"}},
    "subdivisions": [{"iso_code": "21", "names": {"en": "City of Zagreb"}}],
    "location": {"latitude": 45.8, "longitude": 16.0, "time_zone": "Europe/Zagreb"},
}
NETWORK = {"autonomous_system_number": 64500, "autonomous_system_organization": "Example Net"}
CITY = Place("HR", "City of Zagreb", "Zagreb", "Europe/Zagreb")


def database(path: Path, kind: str, records: dict[str, dict[str, Any]], *, version: int) -> str:
    writer = MMDBWriter(ip_version=version, database_type=kind, ipv4_compatible=version == 6)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return str(path)


@pytest.fixture
def cities(tmp_path: Path) -> str:
    records = {"203.0.113.0/24": ZAGREB, "2001:db8::/32": ZAGREB, "192.0.2.0/24": {}}
    return database(tmp_path / "city.mmdb", "GeoLite2-City", records, version=6)


@pytest.fixture
def networks(tmp_path: Path) -> str:
    records = {"203.0.113.0/25": NETWORK}
    return database(tmp_path / "asn.mmdb", "GeoLite2-ASN", records, version=4)


def test_city_and_network_come_together(cities: str, networks: str) -> None:
    place_of = place_lookup(cities, networks)
    assert place_of("203.0.113.9") == Place(
        "HR", "City of Zagreb", "Zagreb", "Europe/Zagreb", 64500, "Example Net"
    )
    assert place_of("203.0.113.200") == CITY
    # The database of networks is of IPv4 addresses only.
    assert place_of("2001:db8::7") == CITY


def test_a_database_that_holds_both_serves_for_both(tmp_path: Path) -> None:
    both = {"203.0.113.0/24": ZAGREB | {"traits": NETWORK}}
    path = database(tmp_path / "both.mmdb", "Enterprise", both, version=4)
    place = place_lookup(path)("203.0.113.9")
    assert (place.city, place.asn, place.as_organization) == ("Zagreb", 64500, "Example Net")


@pytest.mark.parametrize("address", ["198.51.100.1", "192.0.2.1", "", "2001:db9::1"])
def test_what_is_not_in_it_is_nowhere(address: str, cities: str, networks: str) -> None:
    assert place_lookup(cities, networks)(address) == Place()


def test_without_a_readable_database_everything_is_nowhere(tmp_path: Path) -> None:
    (tmp_path / "broken.mmdb").write_bytes(b"no database")
    for path in ("", str(tmp_path / "broken.mmdb"), str(tmp_path / "none.mmdb")):
        assert place_lookup(path, path)("203.0.113.9") == Place()
