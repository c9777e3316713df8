from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "treblle_platform.live"
    label = "platform_live"
