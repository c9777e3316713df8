from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "treblle_platform.mail"
    label = "platform_mail"
