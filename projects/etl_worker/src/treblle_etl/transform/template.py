"""The endpoint of a request: the framework's route where the SDK sent it, else what was learned of its path."""

import re
from functools import lru_cache

from treblle_etl.transform.paths import Templates

# Forms of route parameters: Django `<int:pk>`, `(?P<pk>[0-9]+)`; Express and Rails `:pk`.
_REGEX_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
_ANGLE = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
_COLON = re.compile(r"(?<=/):(\w+)")
_ANCHORS = re.compile(r"^\^|(?<=/)\^|\??(?:\$|\\Z)$")

MAX_LENGTH = 1024
REMEMBERED_ROUTES = 4096


def template_of(
    method: str, path: str, route: str | None, status: int, templates: Templates
) -> tuple[str | None, bool]:
    """The template, and whether the framework gave it.

    A 404 or 405 that no route took, of a path that is not known, belongs to no endpoint: scanners
    ask for anything.
    """
    if route is not None:
        return templates.corrections.named(from_route(route))[:MAX_LENGTH], True
    return templates.of(method, path, status), False


@lru_cache(maxsize=REMEMBERED_ROUTES)
def from_route(route: str) -> str:
    """A framework's route in the form of OpenAPI: `^users/(?P<pk>\\d+)/$` → `/users/{pk}/`."""
    text = _REGEX_GROUP.sub(r"{\1}", route)
    text = _ANGLE.sub(r"{\1}", text)
    text = _ANCHORS.sub("", text)
    return _COLON.sub(r"{\1}", "/" + text.lstrip("/"))
