from django.apps import AppConfig


class WorldConfig(AppConfig):
    name = "treblle_platform.world"
    label = "platform_world"
