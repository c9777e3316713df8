"""Which page of the help explains what one is looking at; the help itself is the website's."""

from typing import Any, Final

from django.conf import settings

# The page of `docs/help` for a namespace of URLs, or for the name of one URL, which comes first.
PAGES: Final = {
    "account_login": "log-in",
    "account_signup": "quick-start",
    "agents": "customers-and-agents",
    "alerts": "alerts",
    "billing": "plans",
    "catalog": "catalog-and-collections",
    "collections": "catalog-and-collections",
    "customers": "customers-and-agents",
    "dashboard": "dashboard",
    "docs": "endpoints-and-docs",
    "embed": "customers-and-agents",
    "endpoints": "endpoints-and-docs",
    "invitations": "teams",
    "keys": "api-tokens",
    "onboarding": "quick-start",
    "privacy": "erasure",
    "problems": "problems-and-checks",
    "profile:security": "log-in",
    "project_settings": "retention",
    "project_settings:delete_project": "erasure",
    "project_settings:erase": "erasure",
    "projects": "quick-start",
    "quality": "problems-and-checks",
    "requests": "requests",
    "security": "problems-and-checks",
    "team": "teams",
    "traces": "requests",
}


def help_url(match: Any) -> str:
    """Address of what explains the page of `match`, a request's `resolver_match`; else of all help.

    Empty where no website is set up: then no page links to a help.
    """
    if not settings.WEBSITE_URL:
        return ""
    name = getattr(match, "view_name", None) or ""
    page = PAGES.get(name) or PAGES.get(name.partition(":")[0])
    return f"{settings.WEBSITE_URL.rstrip('/')}/help/{f'{page}/' if page else ''}"
