"""What the intake takes from the environment."""

import ipaddress
from dataclasses import dataclass

from treblle_service.conf import BadSetting, Environment
from treblle_service.settings import events_url, raw_store_url
from treblle_service.side_port import metrics_token
from treblle_service.tracing import traces_url

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
BYTES_IN_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    raw_store_url: str
    events_url: str
    cache_url: str
    sends_events: bool
    rate_per_s: float
    memory_bytes: int
    read_timeout_s: float
    trusted_proxies: tuple[Network, ...]
    metrics_token: str
    traces_url: str


def read(env: Environment) -> Settings:
    """Raises `BadSetting`, which ends the process with the name of the variable."""
    queue = events_url(env)
    return Settings(
        raw_store_url=raw_store_url(env),
        events_url=queue,
        cache_url=env.url(
            "CACHE_URL",
            "",
            schemes=("redis", "rediss"),
            help="redis://host:port/db, where quotas of accounts are published (unset: no quotas)",
        ),
        sends_events=env.flag(
            "INTAKE_SENDS_EVENTS",
            queue.startswith("redis"),
            help="whether the intake tells the queue of each object: yes where nobody else does, "
            "no where S3 does it (unset: yes for redis://, no for sqs://)",
        ),
        rate_per_s=env.number(
            "INTAKE_RATE_PER_S",
            2000.0,
            minimum=0,
            help="events a second one key may send to one process, twice that at once; 0: no limit",
        ),
        memory_bytes=BYTES_IN_MB
        * env.integer(
            "INTAKE_MEMORY_MB",
            128,
            minimum=32,
            help="payloads held at once, being read or not yet durable, in MB; beyond it 503",
        ),
        read_timeout_s=env.number(
            "INTAKE_READ_TIMEOUT_S",
            30.0,
            minimum=0.1,
            help="seconds a client has to send its body",
        ),
        trusted_proxies=_networks(env),
        metrics_token=metrics_token(env),
        traces_url=traces_url(env),
    )


def listen_on(env: Environment) -> tuple[str, int]:
    host = env.text("INTAKE_HOST", "127.0.0.1", help="the address the intake listens on")
    return host, env.integer("INTAKE_PORT", 4000, help="the port the intake listens on")


def _networks(env: Environment) -> tuple[Network, ...]:
    name = "INTAKE_TRUSTED_PROXIES"
    words = env.words(name, (), help="addresses or networks whose X-Forwarded-For is believed")
    try:
        return tuple(ipaddress.ip_network(word) for word in words)
    except ValueError as error:
        raise BadSetting(name, f"{error}: addresses or networks are wanted") from None
