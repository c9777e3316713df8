from django.apps import AppConfig


class DocsConfig(AppConfig):
    name = "treblle_platform.docs"
    label = "platform_docs"
