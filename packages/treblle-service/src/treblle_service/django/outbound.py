"""Requests to addresses that customers gave us: to public ones only, and nowhere by detours.

A name is resolved once, every address it has is checked, and the connection goes to the address
that was checked, so that a name cannot mean another place a moment later (DNS rebinding).
Redirects are refused; so are proxies of the environment, which urllib3's pools do not read.
"""

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
import urllib3
from django.conf import settings
from urllib3.util import Timeout

CONNECT_TIMEOUT_S = 4
READ_TIMEOUT_S = 8
# More of an answer than its status is not wanted; a little of it explains an error.
READ_BYTES = 2048
DEFAULT_PORTS = {"https": 443, "http": 80}
# Prefixes under which an IPv6 address carries an IPv4 one: NAT64 (RFC 6052), 6to4 (RFC 3056).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def opened_networks() -> list[str]:
    """Private networks that the operator opened (`OUTBOUND_NETWORKS`); none by default."""
    networks: list[str] = getattr(settings, "OUTBOUND_NETWORKS", [])
    return networks


class Refused(ValueError):
    """The address may not be asked; the message is for who gave it."""


class NotDelivered(OSError):
    """Nothing answered, or not as it should; the message is for the log of deliveries."""


@dataclass(frozen=True)
class Target:
    """A URL taken apart; `host` may be a name or an address."""

    url: str
    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


def parse(url: str) -> Target:
    """Raises `Refused` for what is no plain web address. Plain HTTP only into networks that the
    operator opened (`OUTBOUND_NETWORKS`): elsewhere others would read along.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise Refused("This is not a web address.") from None
    allowed = ("https", "http") if opened_networks() else ("https",)
    if parts.scheme not in allowed:
        raise Refused("The address must begin with https://.")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise Refused("The address needs a host, and no user name in it.")
    if any(ord(character) <= 32 or ord(character) == 127 for character in url.strip()):
        raise Refused("The address has blanks in it.")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return Target(
        url=url.strip(),
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or DEFAULT_PORTS[parts.scheme],
        path=path,
    )


def checked_address(target: Target) -> str:
    """An address of the host, once all of its addresses are found fit. Raises `Refused`."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered(f"{target.host} cannot be found") from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not may_be_asked(address, opened_networks()):
            raise Refused(f"{target.host} leads into a private network.")
    if target.scheme == "http" and not any(_is_in(addresses[0], opened_networks())):
        raise Refused("Plain http:// goes to private networks only.")
    return str(addresses[0])


def problem_of(url: str, host: str = "") -> str:
    """What is wrong with an address that somebody gives us to keep; empty where it will do.

    With `host` it must lead there. A name that cannot be found yet may come to be.
    """
    try:
        target = parse(url)
        if host and target.host != host:
            return f"It begins with https://{host}/."
        checked_address(target)
    except Refused as refusal:
        return str(refusal)
    except NotDelivered:
        pass
    return ""


def may_be_asked(address: Address, networks: Iterable[str]) -> bool:
    """Public addresses, and those of networks the operator opened."""
    if any(_is_in(address, networks)):
        return True
    inner = _inner(address)
    if inner is not None and not inner.is_global:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Raises `Refused` or `NotDelivered`; an answer of 300 or more is a `NotDelivered`, too."""
    address = checked_address(target)
    head = {
        "Host": _host_header(target),
        "User-Agent": "Treblle-Alerts/1",
        "Content-Type": "application/json",
        **headers,
    }
    with _pool(target, address) as pool:
        try:
            answer = pool.request(
                "POST",
                target.path,
                body=body,
                headers=head,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            text = answer.read(READ_BYTES).decode("utf-8", "replace")
            status = answer.status
            answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise NotDelivered(_in_words(error)) from error
    return Answer(status, text)


def _pool(target: Target, address: str) -> urllib3.HTTPConnectionPool:
    """Connects to the address; the certificate must be the name's."""
    timeout = Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S)
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(address, target.port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        address,
        target.port,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == DEFAULT_PORTS[target.scheme] else f"{host}:{target.port}"


def _is_in(address: Address, networks: Iterable[str]) -> Iterable[bool]:
    return (address in ipaddress.ip_network(network, strict=False) for network in networks)


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _in_words(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
        return f"no connection within {CONNECT_TIMEOUT_S} s"
    if isinstance(error, urllib3.exceptions.ReadTimeoutError):
        return f"no answer within {READ_TIMEOUT_S} s"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "the connection was refused"
    if isinstance(error, urllib3.exceptions.SSLError):
        return "its certificate is not valid for this name"
    return f"the connection broke ({type(error).__name__})"
