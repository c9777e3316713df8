"""What was learned loses what may be the words of one client: examples, and free texts.

Counts, types, formats and enumerations stay: they tell of the API, not of anybody.
"""

from collections.abc import Container, Iterator
from typing import Any

import msgspec

from treblle_etl.transform.documents.operation import Content, Operation
from treblle_etl.transform.schemas.evidence import enumeration
from treblle_etl.transform.schemas.growing import cells_of
from treblle_etl.transform.schemas.state import Mark, Node, Schema
from treblle_etl.transform.words import Words


def forget_words(operation: Operation) -> None:
    """Change the state in place; the next bodies bring examples and values anew."""
    for content in _contents(operation):
        content.example, content.richness = b"", 0
    for schema in _schemas(operation):
        _forget_texts(schema)


def forget_values(operation: Operation, words: Words) -> None:
    """Of whomever these words name: where a text's values, an object's properties or parameters are
    named so, these are no words of the API's. Examples that mention them go.
    """
    for content in _contents(operation):
        if words.within(content.example.decode(errors="replace")):
            content.example, content.richness = b"", 0
    parameters = [operation.query, operation.headers]
    parameters += [response.headers for response in operation.responses.values()]
    for known in parameters:
        for name in [name for name in known if words.has(name)]:
            del known[name]
    for schema in _schemas(operation):
        for node in _nodes(schema.root):
            _forget_named(schema, node, words)


def _forget_named(schema: Schema, node: Node, words: Words) -> None:
    text = node.text
    if text is not None and any(map(words.has, text.values)):
        schema.cells -= len(text.values) + len(text.values_in)
        text.values, text.values_in, text.many = {}, {}, True
    properties = node.object.properties if node.object is not None else {}
    for name in [name for name in properties if words.has(name)]:
        schema.cells -= cells_of(properties.pop(name))


def marked(operation: Operation) -> set[str]:
    """The requests that are kept as the first to show something."""
    found: set[str] = set()
    for holder, name in _marks(operation):
        marks = getattr(holder, name)
        found.update(uuid for _, uuid in (marks.values() if isinstance(marks, dict) else [marks]))
    return found - {""}


def unmark(operation: Operation, gone: Container[str]) -> None:
    """When it showed first stays; which request it was goes, of requests that are gone."""

    def left(mark: Mark) -> Mark:
        return (mark[0], "") if mark[1] in gone else mark

    for holder, name in _marks(operation):
        marks = getattr(holder, name)
        if isinstance(marks, dict):
            setattr(holder, name, {key: left(mark) for key, mark in marks.items()})
        else:
            setattr(holder, name, left(marks))


def _marks(operation: Operation) -> Iterator[tuple[msgspec.Struct, str]]:
    """The fields that hold marks, and what holds them: by their names, as all of them are called."""
    holders: list[msgspec.Struct | None] = [operation, *operation.responses.values()]
    for schema in _schemas(operation):
        for node in _nodes(schema.root):
            holders += [node, node.text, node.numbers, node.array, node.object]
    for holder in filter(None, holders):
        for name in holder.__struct_fields__:
            if name.endswith(("first", "_in")) and getattr(holder, name):
                yield holder, name


def _contents(operation: Operation) -> list[Content]:
    answered = [
        each for response in operation.responses.values() for each in response.contents.values()
    ]
    return [*operation.bodies.values(), *answered]


def _schemas(operation: Operation) -> list[Schema]:
    parameters = [*operation.path, *operation.query.values(), *operation.headers.values()]
    for response in operation.responses.values():
        parameters += response.headers.values()
    return [each.schema for each in _contents(operation)] + [each.schema for each in parameters]


def _forget_texts(schema: Schema) -> None:
    for node in _nodes(schema.root):
        text = node.text
        if text is not None and text.values and not enumeration(text, 1.0, schema.root.count):
            schema.cells -= len(text.values) + len(text.values_in)
            text.values, text.values_in = {}, {}


def _nodes(root: Node) -> Iterator[Node]:
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if node.array is not None and node.array.items is not None:
            waiting.append(node.array.items)
        if node.object is not None:
            waiting.extend(node.object.properties.values())
            if node.object.entries is not None:
                waiting.append(node.object.entries)


def without_examples(document: dict[str, Any], names: set[tuple[str, str]] | None = None) -> bool:
    """Take the examples of bodies out of an OpenAPI document made from traffic: of operations by
    `(method in lower case, path)`, or of all. Whether there were any.
    """
    had_any = False
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and (names is None or (method, path) in names):
                bodies = [
                    operation.get("requestBody", {}),
                    *operation.get("responses", {}).values(),
                ]
                for body in bodies:
                    for content in body.get("content", {}).values():
                        had_any |= content.pop("example", None) is not None
    return had_any
