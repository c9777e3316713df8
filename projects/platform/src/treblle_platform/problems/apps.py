from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "treblle_platform.problems"
    label = "platform_problems"
