"""Trying channels out."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from treblle_models.models import AlertChannel, AlertDelivery, User

from treblle_api import limits, queue

DELIVERY_TASK: Final = "treblle_platform.deliver_alert"
QUEUE: Final = "platform"
TESTS_A_MINUTE: Final = 6
MINUTE_S: Final = 60


def send_test(channel: AlertChannel, user: User) -> AlertDelivery:
    """Raises `Throttled` after TESTS_A_MINUTE. The platform sends it, as it sends alerts."""
    limits.spend(f"channel-test:{user.pk}", times=TESTS_A_MINUTE, per_s=MINUTE_S)
    with transaction.atomic():
        delivery = AlertDelivery.of_test(channel, timezone.now())
        queue.send(DELIVERY_TASK, queue=QUEUE, delivery=str(delivery.uuid))
    return delivery
