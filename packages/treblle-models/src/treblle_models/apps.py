from django.apps import AppConfig


class TreblleModelsConfig(AppConfig):
    name = "treblle_models"
    verbose_name = "Treblle"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from treblle_models.singlestore import checks

        checks.register()
