from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "treblle_platform.staff"
    label = "platform_staff"
