from django.apps import AppConfig


class TreblleApiConfig(AppConfig):
    name = "treblle_api"
    verbose_name = "Treblle API"

    def ready(self) -> None:
        from treblle_api.document import expanding, security  # noqa: F401 (register themselves)
