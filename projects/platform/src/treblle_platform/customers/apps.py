from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "treblle_platform.customers"
    label = "platform_customers"
