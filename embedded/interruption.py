"""Ctrl-C and its kin, turned into one orderly end."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from embedded.log_lines import LogLines

ENDING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PARENT_POLL_S: Final = 0.5


class Interrupted(BaseException):
    """Somebody wants us to end; raised in the main thread, once."""


@contextmanager
def ending_on_signals(log: LogLines) -> Iterator[None]:
    """Inside, the first SIGINT, SIGTERM or SIGHUP unwinds the block, and the next do nothing.

    Leaving because of it is no error. Started by `make`, the end of `make` counts as well: it
    does not always pass on how it was ended.
    """
    asked = threading.Event()

    def unwind(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            return
        asked.set()
        log.block(f"\n{signal.Signals(number).name}: ending everything …")
        raise Interrupted

    before = {number: signal.signal(number, unwind) for number in ENDING_SIGNALS}
    if "MAKELEVEL" in os.environ:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        yield
    except Interrupted:
        log.block("All has ended.")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_parent() -> None:
    parent = os.getppid()
    waiting = threading.Event()
    while os.getppid() == parent:
        waiting.wait(PARENT_POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)
