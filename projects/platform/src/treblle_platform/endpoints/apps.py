from django.apps import AppConfig


class EndpointsConfig(AppConfig):
    name = "treblle_platform.endpoints"
    label = "platform_endpoints"
