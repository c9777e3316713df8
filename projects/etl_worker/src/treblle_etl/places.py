"""Where addresses are and whose, from MaxMind databases the operator gives.

GEOIP_PATH names one of cities, GEOIP_ASN_PATH one of autonomous systems; one that holds both, as
some vendors' do, serves for both.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import maxminddb

from treblle_etl.event import Place

logger = logging.getLogger(__name__)

CACHED_ADDRESSES = 8192
LABEL_LENGTH = 64
NOWHERE = Place()


def place_lookup(path: str, asn_path: str = "") -> Callable[[str], Place]:
    """A function from address to place; without a readable database it finds every one nowhere."""
    readers = [
        reader
        for reader in (
            _reader("GEOIP_PATH", path, "places of requests stay empty"),
            _reader("GEOIP_ASN_PATH", asn_path, "the networks of requests stay empty"),
        )
        if reader is not None
    ]
    if not readers:
        return lambda address: NOWHERE

    @lru_cache(maxsize=CACHED_ADDRESSES)
    def find(address: str) -> Place:
        record: dict[str, Any] = {}
        for reader in readers:
            record |= _record(reader, address)
        return _place(record) if record else NOWHERE

    return find


def _reader(setting: str, path: str, consequence: str) -> maxminddb.Reader | None:
    if not path:
        logger.info("%s is not set: %s", setting, consequence)
        return None
    try:
        return maxminddb.open_database(path, maxminddb.MODE_AUTO)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        logger.warning("%s cannot be read (%s): %s", setting, error, consequence)
        return None


def _record(reader: maxminddb.Reader, address: str) -> dict[str, Any]:
    if not address:
        return {}
    try:
        record = reader.get(address)
    except ValueError:  # an IPv6 address in a database of IPv4 ones
        return {}
    return record if isinstance(record, dict) else {}


def _place(record: dict[str, Any]) -> Place:
    """Fields as in MaxMind's GeoIP2 City and ASN databases."""
    subdivisions = record.get("subdivisions") or [{}]
    network = record if "autonomous_system_number" in record else record.get("traits", {})
    return Place(
        country=record.get("country", {}).get("iso_code", "")[:2],
        region=_english(subdivisions[0])[:LABEL_LENGTH],
        city=_english(record.get("city", {}))[:LABEL_LENGTH],
        time_zone=record.get("location", {}).get("time_zone", "")[:LABEL_LENGTH],
        asn=network.get("autonomous_system_number"),
        as_organization=network.get("autonomous_system_organization", "")[:LABEL_LENGTH],
    )


def _english(part: dict[str, Any]) -> str:
    name: str = part.get("names", {}).get("en", "")
    return name
