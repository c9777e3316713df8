from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "treblle_platform.alerts"
    label = "platform_alerts"
