from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "treblle_platform.demo"
    label = "platform_demo"
