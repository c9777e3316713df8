"""Links from numbers to the requests behind them; built into templates, so nothing loads them."""

from datetime import datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.urls import reverse
from treblle_models.models import Project

from treblle_platform.lists import AFTER, with_parameters
from treblle_platform.moments import moment_text

register = template.Library()


def _requests_href(project: Project, **filters: Any) -> str:
    """The list of requests with those filters; `since` and `until` are times, empty ones left out."""
    query = QueryDict(mutable=True)
    names = {"since": "from", "until": "to"}
    for name, value in filters.items():
        if isinstance(value, datetime):
            query[names.get(name, name)] = moment_text(value)
        elif value is not None and value != "":
            query[name] = str(value)
    href = reverse("requests:list", kwargs={"project_uuid": project.uuid})
    return f"{href}?{query.urlencode()}" if query else href


requests_href = register.simple_tag(_requests_href, name="requests_href")


@register.simple_tag
def query_with(query: QueryDict, **changes: Any) -> str:
    """`?…` of the page with some parameters changed; it begins again at the first page."""
    return with_parameters(query, **{AFTER: "", **{k: str(v) for k, v in changes.items()}})
