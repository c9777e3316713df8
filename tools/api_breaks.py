"""What of an OpenAPI 3.1 document would break clients of the one before.

What is sent may only be taken more widely, what is answered only get narrower: a new member of an
answer breaks nobody, a new required one of a body breaks everybody. None of the tools that compare
documents both reads 3.1 and can be installed without a download from elsewhere; only what our own
documents use is understood here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

METHODS: Final = ("get", "put", "post", "patch", "delete")
# Limits of what is sent: whether a larger number lets more through.
LIMITS: Final = {
    **dict.fromkeys(("maximum", "maxLength", "maxItems", "maxProperties"), True),
    **dict.fromkeys(("minimum", "minLength", "minItems", "minProperties"), False),
}
ANYTHING: Final = frozenset(("string", "number", "boolean", "object", "array", "null"))


# Of the changelog: what was decided for the next release.
SECTION: Final = "### Breaking in the API"


class Way(Enum):
    SENT = "sent"
    ANSWERED = "answered"


def unsaid(
    released: dict[str, Any], present: dict[str, Any], changelog: str, today: date
) -> list[str]:
    """Lines about what breaks and does not stand in the changelog."""
    said = section_of(changelog)
    found = [line for line in breaks(released, present, today) if line not in said]
    if not found:
        return []
    help = f"Undo these, or decide so: each line with why under “{SECTION}” of Unreleased."
    return ["the API would break its clients:", *dict.fromkeys(found), help]


def section_of(changelog: str) -> str:
    unreleased = changelog.partition("\n## Unreleased")[2].partition("\n## ")[0]
    return unreleased.partition(f"\n{SECTION}\n")[2].partition("\n### ")[0]


def breaks(old: Mapping[str, Any], new: Mapping[str, Any], today: date) -> Iterator[str]:
    """One line each. An operation may go once its sunset has passed (`deprecated`, `x-sunset`)."""
    for path, methods in old["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            name = f"`{method.upper()} {path}`"
            now = new["paths"].get(path, {}).get(method)
            if now is not None:
                yield from _Operations(old, new, name).breaks(methods[method], now)
            elif not _is_over(methods[method], today):
                yield f"{name}: is gone before its sunset"


def _is_over(operation: Mapping[str, Any], today: date) -> bool:
    sunset = operation.get("x-sunset")
    return bool(operation.get("deprecated") and sunset and date.fromisoformat(str(sunset)) < today)


@dataclass(frozen=True)
class _Operations:
    """One operation of both documents."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    name: str

    def breaks(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        if more := _scopes(new) - _scopes(old):
            yield f"{self.name}: asks for the scope {' and '.join(sorted(more))} too"
        yield from self._parameters(old, new)
        yield from self._body(old.get("requestBody"), new.get("requestBody"))
        for status, answer in old["responses"].items():
            place = f"{self.name} {status}"
            was, now = _resolved(self.old, answer), new["responses"].get(status)
            if now is None:
                yield f"{place}: is no longer answered"
                continue
            now = _resolved(self.new, now)
            for header in was.get("headers", {}).keys() - now.get("headers", {}).keys():
                yield f"{place}: has no header `{header}` any more"
            yield from self._media(was, now, Way.ANSWERED, place)

    def _parameters(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        was, now = _parameters(old), _parameters(new)
        for key in was.keys() - now.keys():
            yield f"{self.name}: takes no `{key[1]}` in {key[0]} any more"
        for key, parameter in now.items():
            place = f"{self.name} `{key[1]}` in {key[0]}"
            if parameter.get("required") and not was.get(key, {}).get("required"):
                yield f"{place}: is required now"
            if key in was:
                yield from self._compared(was[key]["schema"], parameter["schema"], Way.SENT, place)

    def _body(self, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
        if new and new.get("required") and not (old or {}).get("required"):
            yield f"{self.name}: needs a body now"
        if old:
            yield from self._media(old, new or {}, Way.SENT, f"{self.name} body")

    def _media(
        self, old: Mapping[str, Any], new: Mapping[str, Any], way: Way, place: str
    ) -> Iterator[str]:
        for kind, content in old.get("content", {}).items():
            now = new.get("content", {}).get(kind)
            if now is None:
                yield f"{place}: knows no `{kind}` any more"
            else:
                yield from self._compared(content["schema"], now["schema"], way, place)

    def _compared(self, old: Any, new: Any, way: Way, place: str) -> Iterator[str]:
        yield from _Schemas(self.old, self.new, way, place).breaks(old, new)


@dataclass(frozen=True)
class _Schemas:
    """A schema in both documents, and those inside of it."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    way: Way
    place: str
    field: str = ""
    seen: frozenset[tuple[str, str]] = frozenset()

    def breaks(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        was, now = _flat(self.old, old), _flat(self.new, new)
        pair = (was.get("$ref", ""), now.get("$ref", ""))
        if all(pair) and pair in self.seen:
            return
        yield from self._types(was, now)
        yield from self._values(was, now)
        if self.way is Way.SENT:
            yield from self._limits(was, now)
        if "format" in now and was.get("format") != now["format"]:
            yield self._line(f"is `{now['format']}` now")
        elif self.way is Way.ANSWERED and "format" in was and "format" not in now:
            yield self._line(f"is not always `{was['format']}` any more")
        yield from self._properties(was, now, self.seen | {pair})
        for name, step in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(was.get(name), dict) and isinstance(now.get(name), dict):
                yield from self._inner(step, self.seen | {pair}).breaks(was[name], now[name])

    def _types(self, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
        lost = _outside(_types(was), _types(now))
        gained = _outside(_types(now), _types(was))
        if self.way is Way.SENT and lost:
            yield self._line(f"may no longer be {' or '.join(sorted(lost))}")
        if self.way is Way.ANSWERED and gained:
            yield self._line(f"may now be {' or '.join(sorted(gained))}")

    def _values(self, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
        before, after = was.get("enum"), now.get("enum")
        narrow, wide = (after, before) if self.way is Way.SENT else (before, after)
        if narrow is None:
            return
        if wide is None:
            yield self._line("takes only some values now" if self.way is Way.SENT else "may be any")
            return
        for value in wide:
            if value not in narrow:
                verb = "may no longer" if self.way is Way.SENT else "may now also"
                yield self._line(f"{verb} be `{value}`")

    def _limits(self, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
        for name, larger_is_wider in LIMITS.items():
            before, after = was.get(name), now.get(name)
            tighter = after is not None and (
                before is None or (after < before if larger_is_wider else after > before)
            )
            if tighter:
                yield self._line(f"has `{name}` {after} now")
        if "pattern" in now and was.get("pattern") != now["pattern"]:
            yield self._line(f"must match `{now['pattern']}` now")

    def _properties(
        self, was: dict[str, Any], now: dict[str, Any], seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        before, after = was.get("properties", {}), now.get("properties", {})
        required, required_now = set(was.get("required", ())), set(now.get("required", ()))
        for name, schema in before.items():
            inner = self._inner(f".{name}" if self.field else name, seen)
            if name not in after:
                yield inner._line("is gone")
                continue
            if self.way is Way.ANSWERED and name in required - required_now:
                yield inner._line("may be missing now")
            yield from inner.breaks(schema, after[name])
        if self.way is Way.SENT:
            for name in sorted(required_now - required):
                yield self._inner(f".{name}" if self.field else name, seen)._line("is required now")

    def _inner(self, step: str, seen: frozenset[tuple[str, str]]) -> "_Schemas":
        return _Schemas(self.old, self.new, self.way, self.place, self.field + step, seen)

    def _line(self, words: str) -> str:
        return f"{self.place}{f' `{self.field}`' if self.field else ''}: {words}"


def _scopes(operation: Mapping[str, Any]) -> set[str]:
    """`write` holds `read`; without a token nothing is asked for."""
    asked = {
        scope for each in operation.get("security", ()) for one in each.values() for scope in one
    }
    return asked | ({"read"} if "write" in asked else set())


def _parameters(operation: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", ())}


def _resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref")
    if reference is None:
        return dict(part)
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return {**_resolved(document, found), **{k: v for k, v in part.items() if k != "$ref"}}


def _flat(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """All of `allOf`, and what any of `oneOf` or `anyOf` lets through. `$ref` is only what it was
    called, to know what was seen.
    """
    flat = {**_resolved(document, schema), **{k: v for k, v in schema.items() if k == "$ref"}}
    for part in flat.pop("allOf", ()):
        inner = _flat(document, part)
        joined = {
            "properties": {**inner.get("properties", {}), **flat.get("properties", {})},
            "required": [*inner.get("required", ()), *flat.get("required", ())],
        }
        flat = {**inner, **flat, **{name: value for name, value in joined.items() if value}}
    choices = [_flat(document, part) for name in ("oneOf", "anyOf") for part in flat.pop(name, ())]
    if choices:
        shapes = [each for each in choices if _types(each) != {"null"}]
        flat = {**(shapes[0] if shapes else {}), **flat}
        flat["type"] = sorted(set().union(*(_types(each) for each in choices)))
        if all("enum" in each for each in shapes):
            flat["enum"] = [value for each in choices for value in each.get("enum", ())]
    return flat


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    said = schema.get("type")
    if said is None and "enum" in schema:
        said = ["null" if value is None else "string" for value in schema["enum"]]
    if said is None:
        return frozenset({"object"}) if "properties" in schema else ANYTHING
    return frozenset([said] if isinstance(said, str) else said)


def _outside(these: frozenset[str], those: frozenset[str]) -> frozenset[str]:
    """Types of `these` that are none of `those`; every integer is a number."""
    return these - those - (frozenset({"integer"}) if "number" in those else frozenset())
