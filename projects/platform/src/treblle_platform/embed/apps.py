from django.apps import AppConfig


class EmbedConfig(AppConfig):
    name = "treblle_platform.embed"
    label = "platform_embed"
