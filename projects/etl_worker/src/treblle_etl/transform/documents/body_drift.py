"""What changed in a body between two states of its schema, as far as it is sure."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from treblle_etl.transform.documents.certainty import is_gone, is_new
from treblle_etl.transform.documents.changes import REQUEST, Change, Kind
from treblle_etl.transform.schemas import Mark, Schema, maps
from treblle_etl.transform.schemas.describing import format_of
from treblle_etl.transform.schemas.evidence import enumeration
from treblle_etl.transform.schemas.names import is_opaque
from treblle_etl.transform.schemas.state import Node, Object, Text

NULL: Final = "null"
_ABOUT_FIELDS: Final = (Kind.FIELD_ADDED, Kind.FIELD_REMOVED)


class Side(NamedTuple):
    """A node of one of the states. Items of one body are not independent of each other, so a
    node weighs no more than the bodies it was seen in."""

    node: Node
    bodies: int

    def weighed(self, count: int, of: int) -> float:
        return count * min(1.0, self.bodies / of) if of else 0.0


class Place(NamedTuple):
    operation: str
    place: str
    field: str = ""

    def below(self, name: str) -> "Place":
        return self._replace(field=f"{self.field}.{name}" if self.field else name)

    def items(self) -> "Place":
        return self._replace(field=f"{self.field}[]")

    def change(self, kind: Kind, breaking: bool, what: str, first: Mark | None = None) -> Change:
        # What clients send is their choice: a change of it breaks nobody.
        sure = breaking and self.place != REQUEST
        return Change(self.operation, self.place, self.field, kind, sure, what, first)


def body_changes(before: Schema, after: Schema, place: Place) -> Iterator[Change]:
    one, other = before.root, after.root
    for change in _changes(Side(one, one.count), Side(other, other.count), place):
        # In a state that was full a field may be missing because there was no room for it.
        if not (change.kind in _ABOUT_FIELDS and (before.full or after.full)):
            yield change


def _changes(before: Side, after: Side, place: Place) -> Iterator[Change]:
    yield from _types(before, after, place)
    one, other = before.node, after.node
    if one.text is not None and other.text is not None:
        yield from _text(one.text, other.text, before, after, place)
    if one.array is not None and other.array is not None:
        items, newer = one.array.items, other.array.items
        if items is not None and newer is not None:
            yield from _changes(
                before._replace(node=items), after._replace(node=newer), place.items()
            )
    if one.object is not None and other.object is not None:
        yield from _properties(one.object, other.object, before, after, place)


def _kinds(node: Node) -> dict[str, int]:
    """How often which type was seen; masked text is none."""
    numbers = node.numbers
    kinds = {
        "boolean": node.booleans,
        "string": node.text.count - node.text.masked if node.text else 0,
        "integer": numbers.integers if numbers else 0,
        "number": numbers.fractions if numbers else 0,
        "array": node.array.count if node.array else 0,
        "object": node.object.count if node.object else 0,
        NULL: node.nulls,
    }
    return {kind: count for kind, count in kinds.items() if count}


def _types(before: Side, after: Side, place: Place) -> Iterator[Change]:
    was, now = _kinds(before.node), _kinds(after.node)
    older, newer = before.node.count, after.node.count
    weights = before.weighed(older, older), after.weighed(newer, newer)
    added = [
        kind
        for kind in now.keys() - was.keys()
        if is_new(after.weighed(now[kind], newer), weights[1], weights[0])
    ]
    gone = [
        kind
        for kind in was.keys() - now.keys()
        if is_gone(before.weighed(was[kind], older), weights[0], weights[1])
    ]
    first = after.node.first
    if NULL in added and was:
        yield place.change(Kind.BECAME_NULLABLE, True, "may now be null", first.get(NULL))
    if NULL in gone and now:
        yield place.change(Kind.NEVER_NULL, False, "is never null any more")
    yield from _other_types(set(was), set(added) - {NULL}, set(gone) - {NULL}, place, first)


def _other_types(
    was: set[str],
    added: set[str],
    gone: set[str],
    place: Place,
    first: Mapping[str, Mark],
) -> Iterator[Change]:
    if "number" in was:
        added, gone = added - {"integer"}, gone - {"number"}
    if not added or was <= {NULL}:
        return
    kinds = " or ".join(sorted(added))
    mark = min((first[kind] for kind in added if kind in first), default=None)
    if gone or ("number" in added and "integer" in was):
        earlier = " or ".join(sorted(gone or {"integer"}))
        what = f"changed from {earlier} to {kinds}"
    else:
        what = f"may now also be {kinds}"
    yield place.change(Kind.TYPE_CHANGED, True, what, mark)


def _text(one: Text, other: Text, before: Side, after: Side, place: Place) -> Iterator[Change]:
    older, newer = (
        one.count - one.masked - one.empty,
        other.count - other.masked - other.empty,
    )
    weights = before.weighed(older, older), after.weighed(newer, newer)
    was, now = format_of(one), format_of(other)
    if was and was != now:
        others = after.weighed(newer - other.formats.get(was, 0), newer)
        if is_new(others, weights[1], weights[0]):
            what = f"changed from {was} to {now or 'free text'}"
            shown = [mark for name, mark in other.formats_in.items() if name != was]
            yield place.change(Kind.FORMAT_CHANGED, True, what, min(shown, default=None))
    values = enumeration(one, 1.0, before.bodies)
    for value, count in sorted(other.values.items() if values and not other.many else ()):
        if value not in values and is_new(after.weighed(count, newer), weights[1], weights[0]):
            what = f"may now also be `{value}`"
            yield place.change(Kind.VALUE_ADDED, False, what, other.values_in.get(value))


def _properties(
    one: Object, other: Object, before: Side, after: Side, place: Place
) -> Iterator[Change]:
    (named, entries), (newer, newer_entries) = maps.parted(one), maps.parted(other)
    if entries is not None and newer_entries is not None:
        below = place.below("*")
        yield from _changes(
            before._replace(node=entries), after._replace(node=newer_entries), below
        )
    is_map = entries is not None or newer_entries is not None
    all_data = one.is_map or other.is_map or (is_map and not (named and newer))
    for name in () if all_data else dict.fromkeys([*named, *newer]):
        if not (is_map and is_opaque(name)):
            yield from _property(name, (one, before), (other, after), place.below(name))


def _property(
    name: str, older: tuple[Object, Side], newer: tuple[Object, Side], place: Place
) -> Iterator[Change]:
    (one, before), (other, after) = older, newer
    was, now = one.properties.get(name), other.properties.get(name)
    weights = (
        before.weighed(one.walked, one.walked),
        after.weighed(other.walked, other.walked),
    )
    if was is None and now is not None:
        if is_new(after.weighed(now.count, other.walked), weights[1], weights[0]):
            yield place.change(Kind.FIELD_ADDED, False, "is new", _first(now))
    elif was is not None and now is None:
        if is_gone(before.weighed(was.count, one.walked), weights[0], weights[1]):
            yield place.change(Kind.FIELD_REMOVED, True, "was removed")
    elif was is not None and now is not None:
        absent, absent_now = one.walked - was.count, other.walked - now.count
        if not absent and is_new(after.weighed(absent_now, other.walked), weights[1], weights[0]):
            mark = now.first.get("absent")
            yield place.change(Kind.BECAME_OPTIONAL, True, "became optional", mark)
        if not absent_now and is_gone(before.weighed(absent, one.walked), weights[0], weights[1]):
            yield place.change(Kind.BECAME_REQUIRED, False, "is now always there")
        yield from _changes(before._replace(node=was), after._replace(node=now), place)


def _first(node: Node) -> Mark | None:
    return min((mark for kind, mark in node.first.items() if kind != "absent"), default=None)
