"""The plans as they are first set up; from then on their rows are the operator's."""

from typing import Any, Final

from treblle_models.models import Plan
from treblle_models.plans import FREE_PLAN

# By code. Prices in cents of US dollars, as the website shows them.
PLANS: Final[dict[str, dict[str, Any]]] = {
    FREE_PLAN: {
        "name": "Free",
        "monthly_requests": 50_000,
        "requests_per_minute": 600,
        "retention_days": 7,
        "max_projects": 3,
        "max_members": 2,
        "monthly_price": 0,
    },
    "team": {
        "name": "Team",
        "monthly_requests": 2_000_000,
        "requests_per_minute": 6_000,
        "retention_days": 30,
        "max_members": 10,
        "monthly_price": 4_900,
    },
    "business": {
        "name": "Business",
        "monthly_requests": 20_000_000,
        "requests_per_minute": 60_000,
        "retention_days": 90,
        "monthly_price": 24_900,
    },
}


def seed_plans(prices: dict[str, str]) -> list[str]:
    """Make plans that are missing and set Stripe's `prices` (by code); codes that were made.

    What an operator changed in a row stays. Raises `KeyError` for a code that no plan has.
    """
    made = [
        code
        for code, values in PLANS.items()
        if Plan.objects.get_or_create(code=code, defaults=values)[1]
    ]
    for code, price in prices.items():
        if not Plan.objects.filter(code=code).update(stripe_price_id=price):
            raise KeyError(code)
    return made
