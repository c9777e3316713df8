"""allauth's pages. Its addresses of security keys hold a row's number: ours seal it."""

from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.views.generic import RedirectView

from treblle_platform.accounts.converters import SealedNumber

register_converter(SealedNumber, "sealed")

second_factors: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="profile:security"), name="mfa_index"),
    path("", include("allauth.mfa.base.urls")),
    path("totp/", include("allauth.mfa.totp.urls")),
    path("recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
    path("webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("webauthn/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "webauthn/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("webauthn/<sealed:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("webauthn/<sealed:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("allauth.account.urls")),
    path("2fa/", include(second_factors)),
]
