"""A small database of places, in MaxMind's format, for addresses that belong to nobody.

It covers the ranges set aside for documentation (RFC 5737), which the demo's visitors come from.
An operator's own database (GEOIP_PATH) takes its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

RANGES: Final = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
# A /28 a place: 16 addresses, 48 places at most.
PLACE_PREFIX: Final = 28


@dataclass(frozen=True)
class Place:
    city: str
    region: str
    region_code: str
    country: str
    country_code: str
    time_zone: str
    latitude: float
    longitude: float


PLACES: Final = (
    Place("Zagreb", "City of Zagreb", "21", "Croatia", "HR", "Europe/Zagreb", 45.81, 15.98),
    Place("Berlin", "State of Berlin", "BE", "Germany", "DE", "Europe/Berlin", 52.52, 13.41),
    Place("London", "England", "ENG", "United Kingdom", "GB", "Europe/London", 51.51, -0.13),
    Place("Paris", "Île-de-France", "IDF", "France", "FR", "Europe/Paris", 48.86, 2.35),
    Place("Madrid", "Madrid", "MD", "Spain", "ES", "Europe/Madrid", 40.42, -3.7),
    Place("Warsaw", "Mazovia", "14", "Poland", "PL", "Europe/Warsaw", 52.23, 21.01),
    Place("Stockholm", "Stockholm", "AB", "Sweden", "SE", "Europe/Stockholm", 59.33, 18.07),
    Place("New York", "New York", "NY", "United States", "US", "America/New_York", 40.71, -74.01),
    Place("Austin", "Texas", "TX", "United States", "US", "America/Chicago", 30.27, -97.74),
    Place(
        *("San Francisco", "California", "CA", "United States", "US"),
        *("America/Los_Angeles", 37.77, -122.42),
    ),
    Place("Toronto", "Ontario", "ON", "Canada", "CA", "America/Toronto", 43.65, -79.38),
    Place("São Paulo", "São Paulo", "SP", "Brazil", "BR", "America/Sao_Paulo", -23.55, -46.63),
    Place("Lagos", "Lagos", "LA", "Nigeria", "NG", "Africa/Lagos", 6.52, 3.38),
    Place("Bengaluru", "Karnataka", "KA", "India", "IN", "Asia/Kolkata", 12.97, 77.59),
    Place("Singapore", "Singapore", "01", "Singapore", "SG", "Asia/Singapore", 1.35, 103.82),
    Place("Tokyo", "Tokyo", "13", "Japan", "JP", "Asia/Tokyo", 35.68, 139.69),
    Place(
        "Sydney", "New South Wales", "NSW", "Australia", "AU", "Australia/Sydney", -33.87, 151.21
    ),
)


def networks() -> Iterator[tuple[IPv4Network, Place]]:
    """Every place with the addresses it has here; the ranges are used up in their order."""
    pieces = (
        piece for text in RANGES for piece in IPv4Network(text).subnets(new_prefix=PLACE_PREFIX)
    )
    return zip(pieces, PLACES, strict=False)


def write_database(path: Path) -> None:
    """Write the database, whole or not at all."""
    from mmdb_writer import MMDBWriter  # with what it needs some 10 MB, and needed once
    from netaddr import IPSet

    writer = MMDBWriter(
        ip_version=4,
        database_type="GeoLite2-City",
        languages=["en"],
        description="Addresses for documentation, at places of the demo's choice",
    )
    for network, place in networks():
        writer.insert_network(IPSet([str(network)]), record(place))
    partial = path.with_suffix(".partial")
    writer.to_db_file(str(partial))
    partial.replace(path)


def record(place: Place) -> dict[str, object]:
    """Fields as in MaxMind's GeoIP2 City database."""
    return {
        "city": {"names": {"en": place.city}},
        "country": {"iso_code": place.country_code, "names": {"en": place.country}},
        "subdivisions": [{"iso_code": place.region_code, "names": {"en": place.region}}],
        "location": {
            "latitude": place.latitude,
            "longitude": place.longitude,
            "time_zone": place.time_zone,
        },
    }
