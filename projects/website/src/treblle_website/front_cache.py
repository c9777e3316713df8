"""The HTTP cache before the website, where there is one: what is published is purged from it."""

from typing import Any


def cache_in_front(address: str) -> dict[str, Any]:
    """Wagtail's setting for the cache at `address`; nothing where it is empty."""
    if not address:
        return {}
    backend = "wagtail.contrib.frontend_cache.backends.HTTPBackend"
    return {"WAGTAILFRONTENDCACHE": {"http": {"BACKEND": backend, "LOCATION": address}}}
