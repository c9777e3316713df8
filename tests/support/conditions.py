"""Waiting for what is going to happen, instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 20.0
PAUSE_S = 0.01


def wait_until(
    condition: Callable[[], T], *, within_s: float = PATIENCE_S, every_s: float = PAUSE_S
) -> T:
    """The condition's first true value; fails with its name where none came in time.

    `every_s` is for what may not be asked for as often as one likes.
    """
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(
                f"not within {within_s} s: {condition.__qualname__}, last {value!r}"
            )
        time.sleep(every_s)
