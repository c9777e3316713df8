from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "treblle_platform.accounts"
    label = "platform_accounts"

    def ready(self) -> None:
        from allauth.account.signals import user_signed_up

        from treblle_platform.accounts.sign_up import take_time_zone

        user_signed_up.connect(take_time_zone, dispatch_uid="take_time_zone")
