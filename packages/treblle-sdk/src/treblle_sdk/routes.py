"""Paths: which ones are left out, and the template a framework matched them by."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

# `<int:pk>` and `<pk>` of Django and Flask, `{pk:path}` of Starlette.
_CONVERTER: Final = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>|\{([^{}:]+):[^{}]+\}")
_GROUP_NAME: Final = re.compile(r"\?P<(\w+)>")


def excluded_pattern(routes: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for all routes that are not reported; None where there are none."""
    expressions = [_expression(route) for route in routes]
    return re.compile("|".join(expressions)) if expressions else None


def _expression(route: str) -> str:
    """`*` is anything, `{name}` and `<name>` one segment; the slash in front may be missing."""
    path = route if route.startswith(("/", "*")) else f"/{route}"
    parts = re.split(r"(\*|\{[^{}]*\}|<[^<>]*>)", path)
    kinds = {"*": ".*", "{": "[^/]+", "<": "[^/]+"}
    return "".join(kinds.get(part[:1]) or re.escape(part) for part in parts) + r"\Z"


@lru_cache(maxsize=4096)
def template(route: str) -> str:
    """A framework's route as `/users/{pk}`, whichever way the framework writes it."""
    if "(?" in route or "(" in route or route.startswith("^"):
        route = _without_expressions(route)
    named = _CONVERTER.sub(lambda found: f"{{{found[1] or found[2]}}}", route)
    return named if named.startswith("/") else f"/{named}"


def flask_route(environ: Mapping[str, Any]) -> str | None:
    """The rule that Flask matched, behind what the application is mounted under."""
    rule = getattr(getattr(environ.get("werkzeug.request"), "url_rule", None), "rule", None)
    return f"{environ.get('SCRIPT_NAME', '')}{rule}" if isinstance(rule, str) else None


def starlette_route(scope: Mapping[str, Any]) -> str | None:
    """The path format of the route that Starlette or FastAPI matched, behind its mounts."""
    route = scope.get("route") or _route_by_endpoint(scope)
    path_format = getattr(route, "path_format", None)
    if not isinstance(path_format, str):
        return None
    root: str = scope.get("root_path", "").rstrip("/")
    if hasattr(route, "app") and not hasattr(route, "endpoint"):
        return f"{root}/{{path}}"  # a mount that serves by itself, such as files
    return f"{_root_template(root, scope, path_format)}{path_format}"


def _route_by_endpoint(scope: Mapping[str, Any]) -> object:
    """Starlette before 1.0 told the endpoint and the parameters only."""
    endpoint, names = scope.get("endpoint"), set(scope.get("path_params", ()))
    if endpoint is None:
        return None
    for route in getattr(scope.get("router"), "routes", ()):
        if getattr(route, "endpoint", None) is endpoint and names == set(route.param_convertors):
            return route
    return None


def _root_template(root: str, scope: Mapping[str, Any], path_format: str) -> str:
    """Parameters of a mount stand in the root by their values; put their names back."""
    names = {
        str(value): name
        for name, value in scope.get("path_params", {}).items()
        if f"{{{name}}}" not in path_format
    }
    return "/".join(f"{{{names[part]}}}" if part in names else part for part in root.split("/"))


def _without_expressions(route: str) -> str:
    """Django's `re_path`: groups become names, what only anchors or escapes goes."""
    parts: list[str] = []
    position = unnamed = 0
    while position < len(route):
        character = route[position]
        if character == "(":
            end = _closing(route, position)
            name = _GROUP_NAME.match(route, position + 1)
            unnamed += name is None
            parts.append(f"{{{name[1] if name else unnamed}}}")
            position = end + 1
            continue
        if character == "\\" and route[position + 1 : position + 2].isalpha():
            position += 2  # \Z and \d stand for a place or a class, not for a letter
            continue
        if character not in "^$?\\":
            parts.append(character)
        position += 1
    return "".join(parts)


def _closing(route: str, opening: int) -> int:
    """Where the group that opens at `opening` ends."""
    depth = position = 0
    for position in range(opening, len(route)):
        if route[position - 1] == "\\" and position > opening:
            continue
        depth += {"(": 1, ")": -1}.get(route[position], 0)
        if depth == 0:
            return position
    return position
