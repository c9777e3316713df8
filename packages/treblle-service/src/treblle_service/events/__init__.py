"""The event queue: tells the ETL which raw objects have come. SQS in AWS, a Redis stream elsewhere."""

from treblle_service.events.interface import EventQueue, QueueUnavailable, Received, open_queue
from treblle_service.events.notification import (
    BadNotification,
    keys_of,
    notification_for,
    objects_of,
    traces_of,
)

__all__ = [
    "BadNotification",
    "EventQueue",
    "QueueUnavailable",
    "Received",
    "keys_of",
    "notification_for",
    "objects_of",
    "open_queue",
    "traces_of",
]
