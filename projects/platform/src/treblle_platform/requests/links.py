"""Links from a number on any page to the requests it counts."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from treblle_models.models import Project

from treblle_platform.moments import moment_text

register = template.Library()

# Stands in a link for a value that the requests do not have.
UNKNOWN = "-"


class RequestLinks:
    """`links.to(status="5xx")`: the project's list of requests, narrowed so.

    What all links have in common (a time, an environment) is given once.
    """

    def __init__(self, project: Project, start: datetime, end: datetime, **always: str) -> None:
        self._list = reverse("requests:list", kwargs={"project_uuid": project.uuid})
        self._always = {"from": moment_text(start), "to": moment_text(end)} | always

    def to(self, **narrowed: Any) -> str:
        known = {name: UNKNOWN if value == "" else value for name, value in narrowed.items()}
        return f"{self._list}?{urlencode(self._always | known)}"


@register.simple_tag
def narrowed(links: RequestLinks, **values: Any) -> str:
    """In templates: `{% narrowed links country=code %}`."""
    return links.to(**values)
