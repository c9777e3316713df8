"""One request and its response as documents see them: masked, with the endpoint it belongs to."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from treblle_etl.transform.schemas import Mark

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")


class Exchange(msgspec.Struct, frozen=True):
    """Header names are lower case; everything that must be hidden is hidden already."""

    path: str
    status: int
    query: Mapping[str, Any] = {}
    request_headers: Mapping[str, Any] = {}
    request_body: Any = None
    response_headers: Mapping[str, Any] = {}
    response_body: Any = None
    # When and in which request; without it nothing can be told about when a change began.
    mark: Mark | None = None


def parameter_names(template: str) -> list[str]:
    """`/users/{id}/notes/{note}` → `id`, `note`."""
    return _PARAMETER.findall(template)


def path_values(template: str, path: str) -> list[str]:
    """The values in the order of the template's parameters; empty where the path is another's."""
    found = _pattern(template).fullmatch(path)
    return list(found.groups()) if found else []


@lru_cache(maxsize=4_096)
def _pattern(template: str) -> re.Pattern[str]:
    literals = _PARAMETER.split(template)[::2]
    return re.compile("([^/]+?)".join(map(re.escape, literals)))
