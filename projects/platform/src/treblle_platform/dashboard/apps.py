from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "treblle_platform.dashboard"
    label = "platform_dashboard"
