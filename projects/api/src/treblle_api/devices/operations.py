"""Registering devices, and trying them out."""

from django.utils import timezone
from treblle_models.models import NotificationDevice, User
from treblle_models.models.accounts import digest_of
from treblle_service.django.push import PushMessage, sender

from treblle_api import limits

TESTS_A_MINUTE = 6
MINUTE_S = 60
TEST = PushMessage("Treblle", "This is a test: alerts will arrive like this.")


def register(
    user: User, *, platform: str, push_token: str, name: str, app_version: str
) -> tuple[NotificationDevice, bool]:
    """The device of that push token, and whether it is new. Whoever logged in on it last has it."""
    values = {
        "user": user,
        "platform": platform,
        "push_token": push_token,
        "name": name,
        "app_version": app_version,
        "is_enabled": True,
    }
    return NotificationDevice.objects.update_or_create(
        push_token_digest=digest_of(push_token), defaults=values
    )


def send_test(device: NotificationDevice) -> None:
    """Raises `PushUnavailable`, and `Throttled` after TESTS_A_MINUTE."""
    limits.spend(f"push-test:{device.user_id}", times=TESTS_A_MINUTE, per_s=MINUTE_S)
    sender().send(device, TEST)
    device.last_delivered_at = timezone.now()
    device.save(update_fields=["last_delivered_at", "updated_at"])
