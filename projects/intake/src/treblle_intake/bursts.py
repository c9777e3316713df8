"""Failures that come in bursts, logged once as they begin and once as they end."""

import logging


class Burst:
    """One kind of failure, told by `what` ("raw objects are not written"). One thread uses it."""

    def __init__(self, logger: logging.Logger, what: str) -> None:
        self._logger = logger
        self._what = what
        self._count = 0

    def failed(self, error: BaseException) -> None:
        self._count += 1
        if self._count == 1:
            self._logger.error(
                "%s: %s", self._what, error, extra={"error_type": type(error).__name__}
            )

    def succeeded(self) -> None:
        if self._count:
            self._logger.warning(
                "over after %d failures: %s", self._count, self._what, extra={"count": self._count}
            )
            self._count = 0
