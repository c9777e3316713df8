from django.urls import path

from treblle_api.devices.views import Devices, DeviceTest, OneDevice

DEVICE = "devices/<any_case_uuid:device_uuid>"

urlpatterns = [
    path("devices", Devices.as_view(), name="devices"),
    path(DEVICE, OneDevice.as_view(), name="device"),
    path(f"{DEVICE}/test", DeviceTest.as_view(), name="device-test"),
]
