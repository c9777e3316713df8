"""Which rules the data of a request touches, where the data shows it."""

from typing import Final

from treblle_etl.event import Place
from treblle_etl.transform.checks.facts import Facts
from treblle_etl.transform.checks.names import Kind

# The European Economic Area, and the United Kingdom, whose law is the same in this.
GDPR_COUNTRIES: Final = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
        "GB",
    ]
)


def regulations_of(facts: Facts) -> str:
    """Codes in the order `gdpr,pci,ccpa,hipaa`; empty where the data shows none.

    Where the caller's place is not known, the rules that go by it are named rather than missed.
    """
    sent, got = facts.sent, facts.got
    kinds = sent.kinds | got.kinds
    has_card = bool(kinds & Kind.CARD) or sent.has_card or got.has_card
    is_personal = bool(kinds & (Kind.PERSONAL | Kind.HEALTH))
    is_personal = is_personal or sent.has_email or got.has_email
    if not has_card and not is_personal:
        return ""
    found = []
    if is_personal and _falls_under_gdpr(facts.place):
        found.append("gdpr")
    if has_card:
        found.append("pci")
    if is_personal and _falls_under_ccpa(facts.place):
        found.append("ccpa")
    if kinds & Kind.HEALTH:
        found.append("hipaa")
    return ",".join(found)


def _falls_under_gdpr(place: Place) -> bool:
    return not place.country or place.country in GDPR_COUNTRIES


def _falls_under_ccpa(place: Place) -> bool:
    return place.country == "US" and place.region in ("", "California")
