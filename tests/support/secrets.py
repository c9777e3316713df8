"""Secrets that were never valid, made of pieces so that no scanner takes this file for a leak."""

from typing import Final

from hypothesis import strategies as st

_LETTERS: Final = "aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1cD3fG5hJ7kL9"
JWT: Final = ".".join(
    ["eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiJhbmEtNyJ9", "c2lnbmF0dXJlLW9mLW5vYm9keQ"]
)
CARDS: Final = (
    "4111111111111111", "5555555555554444", "2223003122003222", "378282246310005",
    "6011111111111117", "30569309025904", "3530111333300000", "6200000000000005",
)  # fmt: skip
EMAILS: Final = ("ana.horvat+shop@example.com", "o'neill@mail.example.co.uk", "x%40example.org")
SECRETS: Final = {
    "jwt": JWT,
    "card": CARDS[0],
    "stripe": "sk_" + "live_" + _LETTERS[:24],
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "github": "ghp_" + _LETTERS[:36],
    "github fine": "github_pat_" + _LETTERS[:40],
    "gitlab": "glpat-" + _LETTERS[:20],
    "slack": "xoxb-" + "123456789012-" + _LETTERS[:24],
    "google": "AIza" + _LETTERS[:35],
    "openai": "sk-" + "proj-" + _LETTERS[:40],
    "anthropic": "sk-" + "ant-api03-" + _LETTERS[:40],
    "sendgrid": "SG." + _LETTERS[:22] + "." + _LETTERS[:40],
    "mailgun": "key-" + "0123456789abcdef" * 2,
    "npm": "npm_" + _LETTERS[:36],
    "digitalocean": "dop_v1_" + "0123456789abcdef" * 4,
    "shopify": "shpat_" + "0123456789abcdef" * 2,
    "telegram": "123456789:AA" + _LETTERS[:33],
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIB/abc+def==\n-----END RSA PRIVATE KEY-----",
    "ours": "trb_" + _LETTERS[:40],
}  # fmt: skip
TOKENS: Final = st.sampled_from([*SECRETS.values(), *EMAILS])
