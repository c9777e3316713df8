"""The Content Security Policy of every page: all from here, nothing inline."""

from csp.constants import NONE, SELF

_SOURCES = {
    SELF: ("script-src", "style-src", "connect-src", "img-src", "font-src", "form-action"),
    NONE: ("default-src", "base-uri", "frame-ancestors"),
}


def content_security_policy() -> dict[str, dict[str, list[str]]]:
    return {"DIRECTIVES": {name: [source] for source, names in _SOURCES.items() for name in names}}
