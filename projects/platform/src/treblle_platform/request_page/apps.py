from django.apps import AppConfig


class RequestPageConfig(AppConfig):
    name = "treblle_platform.request_page"
    label = "platform_request_page"
