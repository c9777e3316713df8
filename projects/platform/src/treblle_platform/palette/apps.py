from django.apps import AppConfig


class PaletteConfig(AppConfig):
    name = "treblle_platform.palette"
    label = "platform_palette"
