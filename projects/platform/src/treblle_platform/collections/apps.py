from django.apps import AppConfig


class CollectionsConfig(AppConfig):
    name = "treblle_platform.collections"
    label = "platform_collections"
