"""How often someone may do something that costs others: mail to strangers, requests to servers."""

from django.core.cache import cache


def is_allowed(what: str, who: object, *, times: int, per_s: int) -> bool:
    """Counts this try; False from the one on that is too many within the period."""
    key = f"limit:{what}:{who}"
    cache.add(key, 0, per_s)
    try:
        return cache.incr(key) <= times
    except ValueError:  # it ran out in between: a new period begins
        return True
