"""Alerts to the devices of a project's people, as their apps have registered them."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from treblle_models.models import Alert, NotificationDevice, Project, ProjectMember
from treblle_service.django import outbound
from treblle_service.django.push import DeviceGone, PushMessage, PushUnavailable, is_on, sender


def message_of(event: str, project: Project, alert: Alert | None) -> PushMessage:
    """A test has no alert."""
    if alert is None:
        text = f"This is a test: alerts of {project.name} will arrive like this."
        return PushMessage("Treblle", text)
    lead = "Alert" if event == "opened" else "Back to normal"
    title = f"{lead}: {alert.rule.name} ({project.name})"
    return PushMessage(title, alert.message, settings.PLATFORM_URL + alert.link)


def push(project: Project, message: PushMessage) -> int:
    """To how many devices it went.

    Raises `Refused` where there is none or push is off, `NotDelivered` where no service took it: once
    one device has it, the others are not tried again, so that nobody hears twice. A device whose push
    token is void is switched off.
    """
    devices = list(_devices(project))
    if not devices:
        raise outbound.Refused("nobody in the team has an app that takes push messages")
    if not is_on():
        raise outbound.Refused("push messages are off here")
    service, taken, gone, why = sender(), [], [], ""
    for device in devices:
        try:
            service.send(device, message)
        except DeviceGone:
            gone.append(device.pk)
        except PushUnavailable as error:
            why = str(error)
        else:
            taken.append(device.pk)
    known = NotificationDevice.objects
    known.filter(pk__in=taken).update(last_delivered_at=timezone.now())
    known.filter(pk__in=gone).update(is_enabled=False)
    if not taken:
        if why:
            raise outbound.NotDelivered(why)
        raise outbound.Refused("the apps that took push messages are gone")
    return len(taken)


def _devices(project: Project) -> QuerySet[NotificationDevice]:
    active = ProjectMember.objects.filter(project=project, status=ProjectMember.Status.ACTIVE)
    people = Q(user=project.user_id) | Q(user__in=active.values("user"))
    return NotificationDevice.objects.filter(people, is_enabled=True, user__is_active=True)
