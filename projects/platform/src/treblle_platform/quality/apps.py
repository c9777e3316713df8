from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "treblle_platform.quality"
    label = "platform_quality"
