from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "treblle_platform.keys"
    label = "platform_keys"
