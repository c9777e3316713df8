"""Push messages. Who sends them is the operator's choice: without credentials of Apple or Google
nothing is sent, and whoever asks is told so.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class PushUnavailable(Exception):
    """Why nothing can be sent, in words for who asked."""


class DeviceGone(PushUnavailable):
    """The service knows this push token no more: there is nothing to try again."""


@dataclass(frozen=True)
class PushMessage:
    """`link` is the address of the page that tells more; empty where there is none."""

    title: str
    text: str
    link: str = ""


class Device(Protocol):
    """What a sender reads of a device (a row of `notification_devices`)."""

    platform: str
    push_token: str

    def get_platform_display(self) -> str: ...


class PushSender(Protocol):
    """Hands a message to the service of a platform."""

    def send(self, device: Device, message: PushMessage) -> None:
        """Raises `PushUnavailable`, and `DeviceGone` where the push token is void."""


class NoSender:
    """Push is off."""

    def send(self, device: Device, message: PushMessage) -> None:
        service = device.get_platform_display()
        raise PushUnavailable(
            f"Push messages are off here: the operator has given no credentials for {service}."
        )


def sender() -> PushSender:
    """As the setting `PUSH_SENDER` names it."""
    made: Any = import_string(settings.PUSH_SENDER)
    sender: PushSender = made()
    return sender


def is_on() -> bool:
    return not isinstance(sender(), NoSender)
