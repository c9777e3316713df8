from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "treblle_platform.catalog"
    label = "platform_catalog"
