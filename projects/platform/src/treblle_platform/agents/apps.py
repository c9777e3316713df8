from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "treblle_platform.agents"
    label = "platform_agents"
