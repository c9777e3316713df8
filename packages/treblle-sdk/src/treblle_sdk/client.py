"""What every middleware uses: decides which requests are reported, and takes them."""

import atexit
import os
import random
import uuid
import weakref
from collections.abc import Mapping
from typing import Final

from treblle_sdk.buffer import Buffer
from treblle_sdk.exchange import Exchange
from treblle_sdk.notices import Notices
from treblle_sdk.options import Options, read_options
from treblle_sdk.payload import sdk_version
from treblle_sdk.routes import excluded_pattern
from treblle_sdk.sender import Sender
from treblle_sdk.transport import Transport

# Not the module's own functions: a host that seeds those must get the numbers it expects.
_DICE: Final = random.SystemRandom()


class Client:
    """Reports the requests of one application from one process, and from each of its forks.

    `record` only queues; nothing here blocks the request's thread.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.notices = Notices(debug=options.debug)
        self._excluded = excluded_pattern(options.excluded_routes)
        self._takes_all = options.active and self._excluded is None and options.sample_rate >= 1
        self._begin_anew()
        if options.active:
            atexit.register(self.close)
            _CLIENTS.add(self)

    @classmethod
    def of(
        cls,
        options: Options | None,
        arguments: Mapping[str, object] | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> "Client":
        """With the options given, or with what arguments, settings and environment say."""
        return cls(options if options is not None else read_options(arguments, settings))

    def wants(self, path: str) -> bool:
        """Whether a request to that path is reported; asked once a request, as it draws lots."""
        if self._takes_all:
            return True
        options = self.options
        if not options.active or (self._excluded is not None and self._excluded.match(path)):
            return False
        return options.sample_rate >= 1 or _DICE.random() < options.sample_rate

    def record(self, exchange: Exchange) -> None:
        """Take what was seen; it is sent in the background."""
        self._buffer.put(exchange)
        if not self._sender.started:
            self._sender.start()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all that was recorded is sent or lost; False where time ran out."""
        self._sender.hurry()
        return self._buffer.empty(timeout_s)

    def close(self) -> None:
        """Send what waits, within `flush_s`; called at the end of the process."""
        atexit.unregister(self.close)
        self._sender.stop(self.options.flush_s)
        if unsent := self._buffer.unsent:
            self.notices.warn("unsent", "%d requests were not sent before the end", unsent)

    @property
    def dropped(self) -> int:
        """How many of the recorded requests were lost so far."""
        return self._buffer.dropped

    def _begin_anew(self) -> None:
        """Fresh locks, queue, connection and identity: at the start and in a forked child.

        What the parent had waiting is the parent's to send.
        """
        options = self.options
        instance = uuid.uuid4().hex
        self._buffer = Buffer(options.queue_events, options.queue_bytes)
        transport = Transport(
            options.intake_url,
            options.sdk_token,
            options.timeout_s,
            f"treblle-sdk-python/{sdk_version()}",
        )
        self._sender = Sender(options, self._buffer, transport, self.notices, instance)


_CLIENTS: Final[weakref.WeakSet[Client]] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for client in list(_CLIENTS):
        client._begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
