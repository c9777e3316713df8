from django.apps import AppConfig


class ProjectSettingsConfig(AppConfig):
    name = "treblle_platform.project_settings"
    label = "platform_project_settings"
