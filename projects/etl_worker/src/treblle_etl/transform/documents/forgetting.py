"""What was learned loses what may be the words of one client: examples, and free texts.

Counts, types, formats and enumerations stay: they tell of the API, not of anybody.
"""

from collections.abc import Iterator
from typing import Any

from treblle_etl.transform.documents.operation import Operation
from treblle_etl.transform.schemas.evidence import enumeration
from treblle_etl.transform.schemas.state import Node, Schema


def forget_words(operation: Operation) -> None:
    """Change the state in place; the next bodies bring examples and values anew."""
    contents = [*operation.bodies.values()]
    parameters = [
        *operation.path,
        *operation.query.values(),
        *operation.headers.values(),
    ]
    for response in operation.responses.values():
        contents += response.contents.values()
        parameters += response.headers.values()
    for content in contents:
        content.example, content.richness = b"", 0
    for schema in [each.schema for each in contents] + [each.schema for each in parameters]:
        _forget_texts(schema)


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
