from django.apps import AppConfig


class StyleguideConfig(AppConfig):
    name = "treblle_platform.styleguide"
    label = "platform_styleguide"
