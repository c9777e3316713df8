"""Waiting for what is going to happen, instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 20.0
PAUSE_S = 0.01


def wait_until(condition: Callable[[], T], *, within_s: float = PATIENCE_S) -> T:
    """The condition's first true value; fails with its name where none came in time."""
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(
                f"not within {within_s} s: {condition.__qualname__}, last {value!r}"
            )
        time.sleep(PAUSE_S)
