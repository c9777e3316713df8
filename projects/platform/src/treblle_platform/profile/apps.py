from django.apps import AppConfig


class ProfileConfig(AppConfig):
    name = "treblle_platform.profile"
    label = "platform_profile"
