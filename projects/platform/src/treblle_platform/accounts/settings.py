"""Settings of accounts: log-in by email address or passkey, second factors, rate limits, Argon2."""

from typing import Any

from treblle_service.conf import BadSetting, Environment
from treblle_service.settings import second_factor_key

PASSWORD_MIN_CHARACTERS = 10
SESSION_SECONDS = 60 * 60 * 24 * 14
# How long a password or second factor just given counts for what is dangerous.
REAUTHENTICATION_S = 15 * 60
VERIFICATION = ("optional", "mandatory")
_VALIDATION = "django.contrib.auth.password_validation"


def accounts(env: Environment) -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "treblle_models.User",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
            {
                "NAME": f"{_VALIDATION}.MinimumLengthValidator",
                "OPTIONS": {"min_length": PASSWORD_MIN_CHARACTERS},
            },
            {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "projects:list",
        "SESSION_COOKIE_NAME": "treblle_session",
        "SESSION_COOKIE_AGE": SESSION_SECONDS,
        "CSRF_COOKIE_NAME": "treblle_csrf",
        "ALLAUTH_TRUSTED_PROXY_COUNT": env.integer(
            "TRUSTED_PROXIES", 0, help="proxies before the platform that set X-Forwarded-For"
        ),
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_FORMS": {
            "change_password": "treblle_platform.accounts.forms.ChangePasswordForm",
            "reset_password_from_key": "treblle_platform.accounts.forms.ResetPasswordKeyForm",
        },
        "ACCOUNT_EMAIL_VERIFICATION": _verification(env),
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": env.url(
            "PLATFORM_URL", help="public address of the platform"
        ).split(":")[0],
        # A second factor, and passkeys in place of a password.
        "MFA_ADAPTER": "treblle_platform.accounts.adapters.SecondFactors",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "Treblle",
        "SECOND_FACTOR_KEY": second_factor_key(env),
        # Where a mail server is missing nobody could verify: then a second factor is open to all.
        "MFA_ALLOW_UNVERIFIED_EMAIL": _verification(env) == "optional",
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": REAUTHENTICATION_S,
    }


def _verification(env: Environment) -> str:
    word = env.text(
        "EMAIL_VERIFICATION",
        "optional",
        help="optional lets people in before their address is verified, so that a system"
        " without a mail server works; mandatory does not",
    )
    if word not in VERIFICATION:
        raise BadSetting("EMAIL_VERIFICATION", f"{word!r} does not do: optional or mandatory")
    return word
