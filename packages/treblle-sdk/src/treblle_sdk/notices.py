"""What the SDK tells its host: log lines, never an exception, and not the same one all day."""

import functools
import logging
import time
from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LOGGER: Final = logging.getLogger("treblle_sdk")
# The same kind of notice is logged once in this time unless `debug` is on.
QUIET_S: Final = 60.0


class Notices:
    """Logs under `treblle_sdk`, each kind at most once a minute; all of them in debug mode."""

    def __init__(self, *, debug: bool = False) -> None:
        self._debug = debug
        self._last: dict[str, float] = {}

    def warn(self, kind: str, text: str, *values: object, exc_info: bool = False) -> None:
        """Log `text % values`; `kind` is what counts as the same notice."""
        now = time.monotonic()
        if not self._debug and now - self._last.get(kind, -QUIET_S) < QUIET_S:
            return
        self._last[kind] = now
        LOGGER.warning(f"Treblle: {text}", *values, exc_info=exc_info)

    def tell(self, text: str, *values: object) -> None:
        """What only someone who looks for a problem wants to read."""
        if self._debug:
            LOGGER.info(f"Treblle: {text}", *values)


class Reporting(Protocol):
    """Something that can tell what went wrong in it."""

    @property
    def notices(self) -> Notices: ...


Self = TypeVar("Self", bound=Reporting)


def shielded(
    method: Callable[Concatenate[Self, P], R],
) -> Callable[Concatenate[Self, P], R | None]:
    """A method with its errors logged instead of raised; it gives None then.

    The host's request must be answered whatever goes wrong in here.
    """

    @functools.wraps(method)
    def shield(self: Self, /, *args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return method(self, *args, **kwargs)
        except Exception:
            name = method.__qualname__
            text = "%s failed; the request itself is not affected"
            self.notices.warn(f"failed:{name}", text, name, exc_info=True)
            return None

    return shield
