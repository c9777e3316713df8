from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "treblle_platform.requests"
    label = "platform_requests"
