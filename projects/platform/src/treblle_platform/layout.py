"""Template tags every page is laid out with; built into templates, so nothing loads them."""

from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from treblle_platform import navigation
from treblle_platform.help import help_url

register = template.Library()

ICONS = "heroicons/24/outline"


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the library by name, as wide as text is high; hidden from screen readers."""
    return _svg(str(settings.NODE_MODULES), name)


@cache
def _svg(modules: str, name: str) -> SafeString:
    text = (Path(modules) / ICONS / f"{name}.svg").read_text()
    lean = text.replace(' data-slot="icon"', ' class="glyph" width="18" height="18"')
    return mark_safe(lean.replace("\n", ""))  # noqa: S308 (the library's own file)


@register.simple_tag(takes_context=True)
def project_navigation(context: Context) -> list[tuple[str, list[navigation.Link]]]:
    """Wants `project` in the context; without it, or logged out, there is nothing to go to."""
    project, user = context.get("project"), context.get("user")
    if project is None or user is None or not user.is_authenticated:
        return []
    return navigation.project_links(project, user, _match(context))


@register.simple_tag(takes_context=True)
def top_navigation(context: Context) -> list[navigation.Link]:
    return navigation.top_links(_match(context))


@register.simple_tag(takes_context=True)
def account_navigation(context: Context) -> list[navigation.Link]:
    return navigation.account_links(context["user"], _match(context))


@register.simple_tag(takes_context=True)
def help_here(context: Context) -> str:
    """Address of the help that explains this page; empty without a website."""
    return help_url(_match(context))


def _match(context: Context) -> Any:
    request = context.get("request")
    return getattr(request, "resolver_match", None)
