from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "treblle_platform.security"
    label = "platform_security"
