"""What is due by the clock: pages to publish or take back at their time, counts to be written.

A thread in the web process, so that the website needs nothing beside it, embedded or in a container.
Each task may run in several copies at once and more often than needed.
"""

import atexit
import logging
import threading
from typing import Final

from django.core.management import call_command
from django.db import DatabaseError, connection

from treblle_website import statistics

logger = logging.getLogger(__name__)

EVERY_S: Final = 20


def start() -> None:
    threading.Thread(target=_run, name="clock", daemon=True).start()
    atexit.register(_flush)


def tick() -> None:
    """One round; raises nothing that the database says."""
    try:
        call_command("publish_scheduled")
        statistics.flush()
    except DatabaseError:
        logger.exception("scheduled pages and counts wait for the next round")


def _run() -> None:
    ended = threading.Event()
    while not ended.wait(EVERY_S):
        tick()
        connection.close()


def _flush() -> None:
    try:
        statistics.flush()
    except DatabaseError:
        logger.exception("the counts of the last seconds are lost")
