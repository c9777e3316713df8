"""Every page that `tools/screenshots.py` looks at."""

from dataclasses import dataclass
from typing import Final

# Name, screen, theme.
KeptPicture = tuple[str, str, str]


@dataclass(frozen=True)
class Page:
    """`~` in `path` is the demo's project; `follow` goes on to the first link that it selects.

    `live` pages never come to rest.
    """

    name: str
    path: str
    ready: str = "main"
    follow: str = ""
    press: str = ""
    click: str = ""
    type: str = ""
    status: int = 200
    live: bool = False


LIVE: Final = "[data-live=connected]"
EVERYONE: Final = (
    Page("website", "website:/"),
    Page("login", "/accounts/login/"),
    Page("signup", "/accounts/signup/"),
    Page("password-reset", "/accounts/password/reset/"),
    Page("password-reset-done", "/accounts/password/reset/done/"),
    Page("verification-sent", "/accounts/confirm-email/"),
    Page("not-found-visitor", "/nothing/", status=404),
    Page("shared-gone", "/shared/nothing/", status=404),
    Page("invitation-gone", "/invitations/nothing/"),
)
AT_HOME: Final = (
    Page("projects", "/projects/"),
    Page("project-new", "/projects/new/"),
    Page("catalog", "/catalog/"),
    Page("catalog-entry", "/catalog/", follow="a[href*='/catalog/'][href*='-']"),
    Page("collections", "/collections/"),
    Page("search", "/search/?q=book"),
    Page("palette", "/projects/", press="Control+K", type="book"),
    Page("trace", "/traces/0af7651916cd43dd8448eb211c80319c/"),
    Page("account", "/account/"),
    Page("account-security", "/account/security/"),
    Page("account-mail", "/account/mail/"),
    Page("account-data", "/account/data/"),
    Page("account-delete", "/account/data/delete/"),
    Page("account-keys", "/account/keys/"),
    Page("account-email", "/accounts/email/"),
    Page("account-password", "/accounts/password/change/"),
    Page("account-billing", "/account/billing/"),
    Page("second-factor-app", "/accounts/2fa/totp/activate/"),
    Page("second-factor-passkeys", "/accounts/2fa/webauthn/"),
    Page("second-factor-passkey-add", "/accounts/2fa/webauthn/add/"),
    Page("logout", "/accounts/logout/"),
    Page("mailbox", "/mail/"),
    Page("components", "/components/", status=404),
    Page("dashboard", "/projects/~/", live=True),
    Page("dashboard-1h", "/projects/~/?range=1h", live=True),
    Page("dashboard-30d", "/projects/~/?range=30d", live=True),
    Page("requests", "/projects/~/requests/", LIVE, live=True),
    Page("requests-filters", "/projects/~/requests/?status=4xx", click=".more-filters", live=True),
    Page("requests-none", "/projects/~/requests/?q=nothing-is-called-so"),
    Page("request", "/projects/~/requests/", follow="#requests tr a[href*='/requests/']"),
    Page("endpoints", "/projects/~/endpoints/"),
    Page("endpoint", "/projects/~/endpoints/", follow="tbody a[href*='/endpoints/']"),
    Page("docs", "/projects/~/docs/"),
    Page("docs-changes", "/projects/~/docs/changes/"),
    Page("docs-upload", "/projects/~/docs/upload/"),
    Page("reference", "/docs/~/", "[data-shown=yes]"),
    Page("problems", "/projects/~/problems/"),
    Page("problem", "/projects/~/problems/?sort=-times", follow="tbody a[href*='/problems/']"),
    Page("quality", "/projects/~/quality/"),
    Page("quality-check", "/projects/~/quality/", follow="main a[href*='/quality/']"),
    Page("security", "/projects/~/security/"),
    Page("security-anomalies", "/projects/~/security/anomalies/"),
    Page("customers", "/projects/~/customers/"),
    Page("customer", "/projects/~/customers/", follow="tbody a[href*='/customers/']"),
    Page("agents", "/projects/~/agents/"),
    Page("embed", "/projects/~/embed/"),
    Page("embed-new", "/projects/~/embed/new/"),
    Page("alerts", "/projects/~/alerts/"),
    Page("alerts-rules", "/projects/~/alerts/rules/"),
    Page("alerts-rule-new", "/projects/~/alerts/rules/new/?metric=error_rate"),
    Page("alerts-metrics", "/projects/~/alerts/rules/new/"),
    Page("alerts-channels", "/projects/~/alerts/channels/"),
    Page("alerts-channel-new", "/projects/~/alerts/channels/new/webhook/"),
    Page("alerts-deliveries", "/projects/~/alerts/deliveries/"),
    Page("team", "/projects/~/team/"),
    Page("settings", "/projects/~/settings/"),
    Page("settings-data", "/projects/~/settings/data/"),
    Page("settings-environments", "/projects/~/settings/environments/"),
    Page("settings-pinned", "/projects/~/settings/pinned/"),
    Page("settings-audit", "/projects/~/settings/audit/"),
    Page("settings-erase", "/projects/~/settings/erase/"),
    Page("settings-delete", "/projects/~/settings/erase/project/"),
    Page("onboarding", "/projects/~/setup/"),
    Page("not-found", "/projects/~/nothing/", status=404),
)
# What docs/screenshots keeps for the README and the docs.
KEPT: Final[tuple[KeptPicture, ...]] = (
    ("website", "desktop", "light"),
    ("dashboard", "desktop", "light"),
    ("dashboard-30d", "desktop", "dark"),
    ("requests", "desktop", "light"),
    ("requests", "desktop", "dark"),
    ("request", "desktop", "light"),
    ("endpoint", "desktop", "light"),
    ("reference", "desktop", "light"),
    ("problem", "desktop", "light"),
    ("quality", "desktop", "light"),
    ("security", "desktop", "light"),
    ("customer", "desktop", "light"),
    ("catalog", "desktop", "light"),
    ("agents", "desktop", "light"),
    ("alerts-rule-new", "desktop", "light"),
    ("collections", "desktop", "light"),
    ("team", "desktop", "light"),
    ("settings-data", "desktop", "light"),
    ("onboarding", "desktop", "light"),
    ("projects", "phone", "light"),
    ("dashboard", "phone", "dark"),
    ("requests", "phone", "light"),
    ("request", "phone", "light"),
)
