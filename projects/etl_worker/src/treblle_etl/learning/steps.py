"""One small transaction, tried again where another process had a lock or was quicker."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import IntegrityError, OperationalError, transaction

T = TypeVar("T")
ATTEMPTS: Final = 8
FIRST_PAUSE_S: Final = 0.02


def step(work: Callable[[], T]) -> T:
    """What `work` returns. Raises `IntegrityError` and `OperationalError` after ATTEMPTS."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return work()
        except (IntegrityError, OperationalError):
            if attempt == ATTEMPTS:
                raise
            time.sleep(FIRST_PAUSE_S * 2**attempt * random.random())  # noqa: S311 (jitter)
    raise AssertionError("the last attempt returns or raises")
