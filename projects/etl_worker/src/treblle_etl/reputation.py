"""Bad addresses, from a list the operator gives (BAD_ADDRESSES_PATH): one address or network a line.

What stands after `#` or `;` is a comment, as in the lists that are published (FireHOL, Spamhaus
DROP). The file is read once, when a worker starts.
"""

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from pathlib import Path

import msgspec

from treblle_etl.event import Place

logger = logging.getLogger(__name__)

CACHED_ADDRESSES = 8192


class BadAddresses:
    """Networks of IPv4 and IPv6, kept as ranges in order."""

    def __init__(self, lines: Iterable[str]) -> None:
        ranges: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        self.unreadable = 0
        for line in lines:
            text = line.partition("#")[0].partition(";")[0].strip()
            if not text:
                continue
            try:
                network = ip_network(text, strict=False)
            except ValueError:
                self.unreadable += 1
                continue
            first, last = int(network.network_address), int(network.broadcast_address)
            ranges[network.version].append((first, last))
        self._ranges = {version: _merged(found) for version, found in ranges.items()}

    def __len__(self) -> int:
        return sum(len(found) for found in self._ranges.values())

    def __contains__(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        ranges = self._ranges[parsed.version]
        number = int(parsed)
        place = bisect_right(ranges, (number, 1 << 129)) - 1
        return place >= 0 and number <= ranges[place][1]


def with_reputation(place_of: Callable[[str], Place], path: str) -> Callable[[str], Place]:
    """`place_of`, its places marked where the list names the address; without a list as it was."""
    if not path:
        return place_of
    try:
        bad = BadAddresses(Path(path).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError) as error:
        logger.warning("BAD_ADDRESSES_PATH cannot be read: no address counts as bad (%s)", error)
        return place_of
    if bad.unreadable:
        logger.warning("BAD_ADDRESSES_PATH: %d lines are no addresses", bad.unreadable)

    @lru_cache(maxsize=CACHED_ADDRESSES)
    def find(address: str) -> Place:
        place = place_of(address)
        return msgspec.structs.replace(place, is_bad=True) if address in bad else place

    return find


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
