"""Secrets known by their form, wherever they stand in a text.

Each form has a marker, a literal that every such secret contains: texts without any marker, which
nearly all are, are not looked at further. Forms are those the providers document; a list of
them is GitHub's "Supported secret scanning patterns".
"""

import re
from dataclasses import dataclass

from treblle_etl.transform.masking.tree import MASK


@dataclass(frozen=True)
class Form:
    """`markers` are in lower case: texts are compared so."""

    markers: tuple[str, ...]
    pattern: "re.Pattern[str]"


def _form(markers: str, pattern: str) -> Form:
    return Form(tuple(markers.lower().split()), re.compile(pattern))


_NO_WORD_BEFORE = r"(?<![A-Za-z0-9])"

FORMS = (
    # A token's head is a JSON object in base64url: `{"` begins as `eyJ` (RFC 7515 and 7516).
    _form("eyJ", r"eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){2,4}"),
    _form(
        "-----BEGIN",
        r"-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}"
        r"(?:-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----)?",
    ),
    # User and password in a URL (RFC 3986, section 3.2.1); the password goes.
    _form("://", r"(?<=://)[^\s/?#@:\"']{0,256}:[^\s/?#@\"']{1,256}(?=@)"),
    # Stripe: docs.stripe.com/keys
    _form("sk_live_ sk_test_ rk_live_ rk_test_", _NO_WORD_BEFORE + r"[sr]k_(?:live|test)_[0-9A-Za-z]{8,}"),
    _form("whsec_", _NO_WORD_BEFORE + r"whsec_[0-9A-Za-z+/=]{16,}"),
    # AWS: docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    _form("AKIA ASIA", _NO_WORD_BEFORE + r"A[KS]IA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    # GitHub: docs.github.com, "About authentication to GitHub"
    _form("ghp_ gho_ ghu_ ghs_ ghr_", _NO_WORD_BEFORE + r"gh[pousr]_[0-9A-Za-z]{30,}"),
    _form("github_pat_", _NO_WORD_BEFORE + r"github_pat_[0-9A-Za-z_]{22,}"),
    # GitLab: docs.gitlab.com, "Token prefixes"
    _form("glpat- gldt- glrt-", _NO_WORD_BEFORE + r"gl(?:pat|dt|rt)-[0-9A-Za-z_.-]{20,}"),
    # Slack: docs.slack.dev/authentication/tokens
    _form("xoxb- xoxp- xoxa- xoxr- xoxs- xapp-", _NO_WORD_BEFORE + r"(?:xox[abprs]|xapp)-[0-9A-Za-z-]{10,}"),
    _form("hooks.slack.com", r"(?<=hooks\.slack\.com/)(?:services|workflows)/[0-9A-Za-z/_-]{16,}"),
    # Google: API keys, OAuth access tokens and client secrets
    _form("AIza", _NO_WORD_BEFORE + r"AIza[0-9A-Za-z_-]{35}"),
    _form("ya29.", _NO_WORD_BEFORE + r"ya29\.[0-9A-Za-z_-]{20,}"),
    _form("GOCSPX-", _NO_WORD_BEFORE + r"GOCSPX-[0-9A-Za-z_-]{20,}"),
    # OpenAI and Anthropic
    _form("sk-", _NO_WORD_BEFORE + r"sk-(?=[A-Za-z0-9_-]{0,200}[0-9A-Z])(?:proj-|svcacct-|admin-|ant-)?[0-9A-Za-z_-]{20,}"),
    # SendGrid, Mailgun
    _form("SG.", _NO_WORD_BEFORE + r"SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    _form("key-", _NO_WORD_BEFORE + r"key-[0-9a-f]{32}(?![0-9A-Za-z])"),
    # Package registries: npm, PyPI
    _form("npm_", _NO_WORD_BEFORE + r"npm_[0-9A-Za-z]{36}"),
    _form("pypi-", _NO_WORD_BEFORE + r"pypi-[0-9A-Za-z_-]{50,}"),
    # DigitalOcean, Shopify, Square, Hugging Face, Telegram bots
    _form("dop_v1_ doo_v1_ dor_v1_", _NO_WORD_BEFORE + r"do[opr]_v1_[0-9a-f]{64}"),
    _form("shpat_ shpca_ shppa_ shpss_", _NO_WORD_BEFORE + r"shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}"),
    _form("sq0atp- sq0csp-", _NO_WORD_BEFORE + r"sq0(?:atp|csp)-[0-9A-Za-z_-]{22,}"),
    _form("hf_", _NO_WORD_BEFORE + r"hf_[0-9A-Za-z]{30,}"),
    _form(":AA", r"(?<!\d)\d{8,10}:AA[0-9A-Za-z_-]{33}"),
    # Ours: access tokens of this system's API
    _form("trb_", _NO_WORD_BEFORE + r"trb_[0-9A-Za-z_-]{20,}"),
)  # fmt: skip

# Addresses of people, hidden only where a project asks for it; also as in URLs (`%40`).
EMAIL = Form(
    ("@", "%40"),
    re.compile(
        r"[A-Za-z0-9.!#$&'*+/=?^_`{|}~-]{1,64}(?:@|%40)"
        r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63}){1,8}"
    ),
)


def hidden(text: str, form: Form) -> str:
    """The text with each secret of that form masked."""
    return form.pattern.sub(MASK, text)
