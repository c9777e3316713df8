"""A time limit for many waits at once, at a fraction of what a timer for each costs."""

import asyncio
from time import monotonic
from types import TracebackType

LOOK_EVERY_S = 0.25


class Deadlines:
    """Gives each wait `limit_s`; those that last longer are cancelled, up to `LOOK_EVERY_S` later.

    `asyncio.timeout` sets a timer of the event loop and takes it back, which costs more than all
    the rest of reading a small body. Here one timer looks at whoever waits longest.
    """

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        # In the order of their start, which is that of their ends too.
        self._waits: dict[Deadline, float] = {}
        self._looks = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> "Deadline":
        return Deadline(self)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The one they are used in, asked for once: Python 3.11 asks the system each time."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def add(self, wait: "Deadline") -> None:
        self._waits[wait] = monotonic() + self.limit_s
        if not self._looks:
            self._looks = True
            self.loop.call_later(LOOK_EVERY_S, self._look)

    def remove(self, wait: "Deadline") -> None:
        self._waits.pop(wait, None)

    def _look(self) -> None:
        now = monotonic()
        late = []
        for wait, until in self._waits.items():
            if until > now:
                break
            late.append(wait)
        for wait in late:
            wait.pass_by()
        self._looks = bool(self._waits)
        if self._looks:
            self.loop.call_later(LOOK_EVERY_S, self._look)


class Deadline:
    """`with deadlines.start():` raises `TimeoutError` out of the block where it lasts too long."""

    __slots__ = ("_deadlines", "_passed", "_task")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._passed = False
        self._task: asyncio.Task[object] | None = None

    def __enter__(self) -> None:
        self._task = asyncio.current_task(self._deadlines.loop)
        self._deadlines.add(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._deadlines.remove(self)
        # Somebody else may have cancelled the task as well: that goes on.
        if self._passed and self._task and not self._task.uncancel() and kind:
            raise TimeoutError from error

    def pass_by(self) -> None:
        """The time is over: cancel the task that is in the block."""
        self._deadlines.remove(self)
        self._passed = True
        if self._task is not None:
            self._task.cancel()
