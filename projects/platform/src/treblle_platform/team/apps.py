from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "treblle_platform.team"
    label = "platform_team"
