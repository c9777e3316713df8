from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "treblle_website"
    verbose_name = "Website"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from treblle_website import published

        published.watch()
