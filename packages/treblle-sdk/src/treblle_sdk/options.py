"""What can be set, and where it is read from: arguments, Django's settings, environment, a DSN.

A wrong value is logged and its default taken: an API must start although its monitoring is
badly configured.
"""

import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from treblle_sdk.notices import LOGGER

ENVIRONMENT_PREFIX: Final = "TREBLLE_"
# Where the published SDKs send to; an intake of one's own is set by `intake_url` or the DSN.
DEFAULT_INTAKE_URL: Final = "https://rocknrolla.treblle.com"

DEFAULT_BODY_LIMIT_BYTES: Final = 256 * 1024
DEFAULT_QUEUE_EVENTS: Final = 10_000
DEFAULT_QUEUE_BYTES: Final = 64 * 1024 * 1024

Payload = dict[str, Any]
BeforeSend = Callable[[Payload], Payload | None]
CustomerId = Callable[[Any], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How the SDK behaves in one application. Without token and key it is off."""

    # The account's key and the project's custom id, by the names of the published SDKs.
    sdk_token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    intake_url: str = DEFAULT_INTAKE_URL
    # Names whose values are masked, besides the ones that always are; `*` is a wildcard.
    masked_fields: tuple[str, ...] = ()
    # Paths that are not reported, `*` for anything and `{name}` for one segment.
    excluded_routes: tuple[str, ...] = ()
    # The share of requests that is reported, 0 to 1.
    sample_rate: float = 1.0
    environment: str = ""
    # Called with the framework's request; gives who made it, or None.
    customer_id: CustomerId | None = None
    # Called with the masked payload in the background; gives what is sent, None for nothing.
    before_send: BeforeSend | None = None
    debug: bool = False
    # A longer body is left out, and the payload says so.
    body_limit_bytes: int = DEFAULT_BODY_LIMIT_BYTES
    # What may wait in memory; beyond it the oldest is dropped and counted.
    queue_events: int = DEFAULT_QUEUE_EVENTS
    queue_bytes: int = DEFAULT_QUEUE_BYTES
    batch_events: int = 200
    # How long the first request of a batch waits for others.
    linger_s: float = 0.05
    timeout_s: float = 5.0
    # How long the end of the process may be held up to send what waits.
    flush_s: float = 2.0

    @property
    def active(self) -> bool:
        return bool(self.sdk_token and self.api_key)


def read_options(
    arguments: Mapping[str, object] | None = None,
    settings: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Options:
    """Options by name: arguments win over `settings` (names in capitals), both over `environ`.

    In each of the three a `dsn` stands for token, key and address where they are not given.
    """
    variables = os.environ if environ is None else environ
    sources = (
        arguments or {},
        {str(name).lower(): value for name, value in (settings or {}).items()},
        {
            name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
            for name, value in variables.items()
            if name.startswith(ENVIRONMENT_PREFIX) and value
        },
    )
    chosen: dict[str, Any] = {}
    for source in reversed(sources):
        chosen |= _parsed(source)
    options = Options(**chosen)
    if not options.active:
        LOGGER.warning("Treblle is off: it needs an SDK token and an API key, or a DSN")
    return options


def from_dsn(dsn: str) -> dict[str, str]:
    """`https://<sdk token>@host/<custom id>` taken apart; raises ValueError where it is not."""
    parts = urlsplit(dsn)
    prefix, _, custom_id = parts.path.rstrip("/").rpartition("/")
    if not (parts.scheme in {"http", "https"} and parts.hostname and parts.username and custom_id):
        raise ValueError("a DSN reads https://<sdk token>@host/<custom id>")
    host = parts.netloc.rpartition("@")[2]
    return {
        "sdk_token": unquote(parts.username),
        "api_key": unquote(custom_id),
        "intake_url": f"{parts.scheme}://{host}{prefix}",
    }


def _parsed(source: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    if dsn := source.get("dsn"):
        try:
            found |= from_dsn(str(dsn))
        except ValueError as error:
            LOGGER.warning("Treblle: option dsn is ignored: %s", error)
    for name, value in source.items():
        parse = PARSERS.get(name)
        if parse is None or value is None:
            continue
        try:
            found[name] = parse(value)
        except (ValueError, TypeError, ImportError, AttributeError) as error:
            LOGGER.warning("Treblle: option %s is ignored: %s", name, error)
    return found


def _text(value: object) -> str:
    return str(value).strip()


def _url(value: object) -> str:
    text = _text(value).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it takes a URL with http or https")
    return text


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Iterable):
        raise TypeError("it takes a list")
    return tuple(word for item in value if (word := str(item).strip()))


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = _text(value).lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ValueError("it takes true or false")


def _share(value: object) -> float:
    share = float(_text(value))
    if not 0 <= share <= 1:
        raise ValueError("it takes a number from 0 to 1")
    return share


def _seconds(value: object) -> float:
    seconds = float(_text(value))
    if not 0 <= seconds <= 3600:
        raise ValueError("it takes seconds, up to an hour")
    return seconds


def _count(value: object) -> int:
    count = int(_text(value))
    if count < 1:
        raise ValueError("it takes a whole number above 0")
    return count


def _hook(value: object) -> Callable[..., Any]:
    """A function, or where to import one from (`package.module:function`)."""
    hook: object = pkgutil.resolve_name(value) if isinstance(value, str) else value
    if not callable(hook):
        raise TypeError("it takes a function")
    return hook


PARSERS: Final[dict[str, Callable[[object], object]]] = {
    "sdk_token": _text,
    "api_key": _text,
    "intake_url": _url,
    "masked_fields": _words,
    "excluded_routes": _words,
    "sample_rate": _share,
    "environment": _text,
    "customer_id": _hook,
    "before_send": _hook,
    "debug": _flag,
    "body_limit_bytes": _count,
    "queue_events": _count,
    "queue_bytes": _count,
    "batch_events": _count,
    "linger_s": _seconds,
    "timeout_s": _seconds,
    "flush_s": _seconds,
}
