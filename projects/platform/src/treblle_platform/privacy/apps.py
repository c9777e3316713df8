from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "treblle_platform.privacy"
    label = "platform_privacy"
