"""Settings from the environment: typed readers that fail at the start, by name.

Every setting a deployable reads is read here once, with a sentence of help, so that the
configuration reference can be generated and a wrong value stops the process with the name of
the variable and what is allowed, never with a stack trace an hour later.
"""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

TRUE_WORDS: Final = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS: Final = frozenset({"0", "false", "no", "off"})


class BadSetting(SystemExit):
    """A variable is missing or unreadable; the message names it and what it takes."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"{name}: {problem}")


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED: Final = _Required()


@dataclass(frozen=True)
class Setting:
    """One variable as it was declared."""

    name: str
    kind: str
    default: object
    help: str


class Environment:
    """Reads typed settings from a mapping (the process's environment unless told otherwise).

    A value may also lie in a file named by `<NAME>_FILE`, as container secrets do.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self.declared: dict[str, Setting] = {}

    def text(self, name: str, default: str | _Required = REQUIRED, *, help: str) -> str:
        return self._read(name, "text", default, help, str)

    def secret(self, name: str, default: str | _Required = REQUIRED, *, help: str) -> str:
        """A value that must never be logged; declared as such in the reference."""
        return self._read(name, "secret", default, help, str)

    def flag(self, name: str, default: bool | _Required = REQUIRED, *, help: str) -> bool:
        return self._read(name, "flag", default, help, _flag)

    def integer(
        self, name: str, default: int | _Required = REQUIRED, *, help: str, minimum: int = 0
    ) -> int:
        return self._read(name, "integer", default, help, lambda text: _integer(text, minimum))

    def number(
        self,
        name: str,
        default: float | _Required = REQUIRED,
        *,
        help: str,
        minimum: float = -math.inf,
    ) -> float:
        return self._read(name, "number", default, help, lambda text: _number(text, minimum))

    def words(
        self, name: str, default: tuple[str, ...] | _Required = REQUIRED, *, help: str
    ) -> tuple[str, ...]:
        """A list separated by commas; blanks around an item do not count."""
        return self._read(name, "list", default, help, _words)

    def url(
        self,
        name: str,
        default: str | _Required = REQUIRED,
        *,
        help: str,
        schemes: tuple[str, ...] = (),
    ) -> str:
        return self._read(name, "url", default, help, lambda text: _url(text, schemes))

    def _read(
        self, name: str, kind: str, default: T | _Required, help: str, parse: Callable[[str], T]
    ) -> T:
        self.declared[name] = Setting(name, kind, default, help)
        text = self._raw(name)
        if text is None or text == "":
            if isinstance(default, _Required):
                raise BadSetting(name, f"is not set. It takes {_article(kind)}: {help}")
            return default
        try:
            return parse(text)
        except ValueError as error:
            raise BadSetting(name, f"{_shown(kind, text)} does not do: {error}") from None

    def _raw(self, name: str) -> str | None:
        path = self._values.get(f"{name}_FILE")
        if path is None:
            return self._values.get(name)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE", f"cannot be read: {error.strerror}") from None


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _shown(kind: str, text: str) -> str:
    """What a message may hold of a value: of a URL, which may carry a password, the scheme."""
    if kind == "url" and "://" in text:
        return f"{text.split('://', 1)[0]}://****"
    return "the value given" if kind in ("secret", "url") else repr(text)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("a flag is one of 1, true, yes, on, 0, false, no, off")


def _integer(text: str, minimum: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise ValueError("a whole number is wanted") from None
    if value < minimum:
        raise ValueError(f"at least {minimum} is wanted")
    return value


def _number(text: str, minimum: float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError("a number is wanted") from None
    if not value >= minimum:  # nan is not
        raise ValueError(f"at least {minimum:g} is wanted")
    return value


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _url(text: str, schemes: tuple[str, ...]) -> str:
    scheme = urlsplit(text).scheme
    if not scheme:
        raise ValueError("a URL with a scheme is wanted")
    if schemes and scheme not in schemes:
        raise ValueError(f"the scheme is one of {', '.join(schemes)}")
    return text
