"""Names and codes of countries (ISO 3166-1), as the library from npm has them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

register = template.Library()

LIBRARY = "i18n-iso-countries"


@register.filter(name="country")
def name_of(code: str) -> str:
    """`Germany` for `DE`; a code that is not known stays as it is, nothing is `Unknown`."""
    return names().get(code, code) if code else "Unknown"


def names() -> dict[str, str]:
    """By alpha-2 code."""
    return _names(str(settings.NODE_MODULES))


def alpha2_by_number() -> dict[str, str]:
    """`DE` for `276`: maps know countries by number."""
    return _alpha2_by_number(str(settings.NODE_MODULES))


@cache
def _names(modules: str) -> dict[str, str]:
    found = _read(modules, "langs/en.json")["countries"]
    # Where a country has several names the first is the usual one.
    return {code: name if isinstance(name, str) else name[0] for code, name in found.items()}


@cache
def _alpha2_by_number(modules: str) -> dict[str, str]:
    return {number: alpha2 for alpha2, _, number, *_ in _read(modules, "codes.json")}


def _read(modules: str, file: str) -> Any:
    return json.loads((Path(modules) / LIBRARY / file).read_text())
