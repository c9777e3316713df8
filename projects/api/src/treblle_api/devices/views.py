"""Devices of a user that take push messages."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import NotificationDevice
from treblle_service.django.push import PushUnavailable

from treblle_api.access import caller, found
from treblle_api.cursors import NewestFirst
from treblle_api.devices.operations import register, send_test
from treblle_api.devices.serializers import (
    DeviceInputSerializer,
    DeviceSerializer,
    PushResultSerializer,
)
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource


class Devices(Listing):
    row_class = DeviceSerializer
    pagination_class = NewestFirst
    queryset = NotificationDevice.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[NotificationDevice]:
        return NotificationDevice.objects.filter(user=caller(self.request))

    @operation("devices_list", "List my devices")
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @operation(
        "devices_register",
        "Register a device",
        "Registered again by the same push token, it stays the same device (200).",
        takes=DeviceInputSerializer,
        gives={200: DeviceSerializer, 201: DeviceSerializer},
    )
    def post(self, request: Request) -> Response:
        given = DeviceInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device, is_new = register(caller(request), **given.validated_data)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(DeviceSerializer(device).data, status=code)


class OneDevice(Resource):
    @operation("devices_remove", "Remove a device", takes=None, gives={204: None})
    def delete(self, request: Request, device_uuid: UUID) -> Response:
        _own_device(request, device_uuid).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeviceTest(Resource):
    @operation(
        "devices_test",
        "Send a test message",
        "To the device. Where push messages are off, `detail` says so.",
        takes=None,
        gives=PushResultSerializer,
    )
    def post(self, request: Request, device_uuid: UUID) -> Response:
        device = _own_device(request, device_uuid)
        try:
            send_test(device)
        except PushUnavailable as reason:
            result = {"is_delivered": False, "detail": str(reason)}
        else:
            result = {"is_delivered": True, "detail": "It is on its way to the device."}
        return Response(PushResultSerializer(result).data)


def _own_device(request: Request, uuid: UUID) -> NotificationDevice:
    return found(NotificationDevice.objects.filter(user=caller(request), uuid=uuid))
