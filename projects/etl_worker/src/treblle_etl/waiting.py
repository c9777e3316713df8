"""The queues of the ETL's tasks, and how many wait there.

A worker takes them in the order of their names: requests first, then what is worked out beside
them, then what was put aside.
"""

from celery import Celery
from kombu.exceptions import ChannelError

# Requests on their way, and nothing else: what is here is seen by who watches.
QUEUE = "etl"
# What beat asks for, and what people's corrections, documents and erasures make due.
BACKGROUND = "etl-background"
# What was put aside, see `fairness`.
SLOW_LANE = "etl-slow"


def waiting_tasks(app: Celery, queue: str) -> int:
    """Of that queue, without those a worker has taken. Raises kombu's `OperationalError`."""
    with app.pool.acquire(block=True) as connection:
        try:
            declared = connection.default_channel.queue_declare(queue, passive=True)
        except ChannelError:  # no worker has made the queue yet
            return 0
        return int(declared.message_count)
