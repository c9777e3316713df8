"""Whose address an event came from."""

import ipaddress
from functools import lru_cache

from treblle_intake.settings import Network

KNOWN_PEERS = 1024


class ClientAddress:
    """The peer's address; the first of X-Forwarded-For where the peer is a trusted proxy."""

    def __init__(self, trusted_proxies: tuple[Network, ...]) -> None:
        self._trusted = trusted_proxies
        self._is_trusted = lru_cache(KNOWN_PEERS)(self._look_up)

    def of(self, client: tuple[str, int] | None, forwarded_for: str) -> str:
        """Empty where there is none (a Unix socket)."""
        peer = client[0] if client else ""
        if not forwarded_for or not self._trusted or not self._is_trusted(peer):
            return peer
        first = forwarded_for.partition(",")[0].strip()
        return first if _parsed(first) else peer

    def _look_up(self, peer: str) -> bool:
        address = _parsed(peer)
        return address is not None and any(address in network for network in self._trusted)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
