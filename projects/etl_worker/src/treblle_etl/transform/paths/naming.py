"""Names of parameters: `{user_id}` after `users`, `{date}` for dates; unique in a template."""

from collections.abc import Container, Mapping
from typing import Final

from treblle_etl.transform.paths.forms import form_of, parts_of
from treblle_etl.transform.paths.plurals import singular
from treblle_etl.transform.paths.segments import JOINED

# What a value's form alone names.
_BY_FORM: Final = {"date": "date", "email": "email", "phone": "phone_number"}
_WORDS: Final = frozenset(
    ("word", "kebab", "snake", "capital", "digits", "dotted", "other", "folded")
)
_FIRST: Final = {"code": "locale", "short": "locale"}
_VERSIONS: Final = frozenset(("version", "api_version"))
_NO_NOUN: Final = frozenset(("api", "rest", "apis"))


def name_of(before: str | None, forms: Mapping[str, float], taken: Container[str]) -> str:
    """The name of a parameter; `before` is the literal before it, `forms` those of its values."""
    form = max(sorted(forms), key=forms.__getitem__, default="other")
    name = _BY_FORM.get(form) or _after(before, form)
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}{number}", number + 1
    return unique


def _after(before: str | None, form: str) -> str:
    noun = noun_of(before)
    if not noun:
        return _FIRST.get(form, "tenant" if form in _WORDS else "id") if before is None else "id"
    if form in _VERSIONS or form == "number":
        return f"{noun}_version"
    return noun if form in _WORDS or form in _FIRST else f"{noun}_id"


def noun_of(literal: str | None) -> str:
    """`androidApps` → android_app; empty where a literal names nothing."""
    if not literal or literal.startswith(JOINED) or form_of(literal) in _VERSIONS:
        return ""
    if literal.isascii():
        parts = parts_of(literal)
    else:
        parts = [literal.lower()] if literal.isidentifier() else []
    if not parts or parts[-1] in _NO_NOUN or parts[0].isdigit():
        return ""
    return "_".join([*parts[:-1], singular(parts[-1])])
