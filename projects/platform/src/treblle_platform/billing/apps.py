from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "treblle_platform.billing"
    label = "platform_billing"
