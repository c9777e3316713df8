"""`python -m embedded.celery_worker APP NAME QUEUES [SCHEDULE]`: a Celery worker in one process.

It runs its tasks itself (`solo`), and with SCHEDULE, the file in which it keeps what was sent
when, it is beat too. What `celery worker` would do with 12 MB more, which its interactive shell
takes, and `-B` with a fork of some 50 MB.
"""

import importlib
import os
import sys
from typing import Any, Final

from celery import bootsteps
from celery.beat import EmbeddedService

OPTIONS: Final = {
    "pool_cls": "solo",
    "concurrency": 1,
    "loglevel": "INFO",
    "quiet": True,
    # Workers here need not know of each other, and these cost connections and time to start.
    "without_gossip": True,
    "without_mingle": True,
    "without_heartbeat": True,
}


class Clock(bootsteps.StartStopStep):
    """Beat as a thread, which only a worker that never forks may have."""

    label = "Clock"

    def create(self, worker: Any) -> Any:
        return EmbeddedService(worker.app, thread=True, schedule_filename=worker.schedule_filename)


def main() -> None:
    app_name, name, queues, *schedule = sys.argv[1:]
    # The migrations that came first have made all checks; made here, they load every page.
    os.environ["CELERY_SKIP_CHECKS"] = "true"
    app: Any = importlib.import_module(f"{app_name}.celery").app
    if schedule:
        app.steps["worker"].add(Clock)
    worker = app.Worker(
        hostname=f"{name}@{os.uname().nodename}",
        queues=queues,
        schedule_filename=schedule[0] if schedule else None,
        **OPTIONS,
    )
    worker.start()
    sys.exit(worker.exitcode)


if __name__ == "__main__":
    main()
