from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "treblle_platform.traces"
    label = "platform_traces"
