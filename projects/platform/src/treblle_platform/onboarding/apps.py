from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "treblle_platform.onboarding"
    label = "platform_onboarding"
