from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "treblle_platform.projects"
    label = "platform_projects"
