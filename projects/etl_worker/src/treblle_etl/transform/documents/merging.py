"""Two states of an endpoint become one: workers' shares, a window and what was known, a merge."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from treblle_etl.transform.documents import sampling
from treblle_etl.transform.documents.operation import (
    MAX_AUTH_SCHEMES,
    MAX_CELLS,
    MAX_MEDIA_TYPES,
    MAX_PARAMETER_CELLS,
    MAX_PARAMETERS,
    MAX_STATUSES,
    Content,
    Operation,
    Parameter,
    Response,
)
from treblle_etl.transform.schemas import Mark, merge
from treblle_etl.transform.schemas.growing import earlier

Key = TypeVar("Key")
Value = TypeVar("Value")


def merged(first: Operation, second: Operation) -> Operation:
    """What learning both together would have given, under the template of the first."""
    operation = Operation(
        method=first.method,
        template=first.template,
        count=first.count + second.count,
        accepted=first.accepted + second.accepted,
        first=earlier(first.first, second.first),
        query=_united(first.query, second.query, Parameter, _parameter, MAX_PARAMETERS),
        headers=_united(first.headers, second.headers, Parameter, _parameter, MAX_PARAMETERS),
        auth=_summed(first.auth, second.auth, MAX_AUTH_SCHEMES),
        auth_first=_soonest(first.auth_first, second.auth_first),
        shapes=_summed(first.shapes, second.shapes, sampling.MAX_SHAPES),
    )
    places = max(len(first.path), len(second.path))
    operation.path = [
        _parameter(_at(first.path, place), _at(second.path, place)) for place in range(places)
    ]

    def content(one: Content, other: Content) -> Content:
        return _content(operation, one, other)

    def response(one: Response, other: Response) -> Response:
        return Response(
            count=one.count + other.count,
            contents=_united(one.contents, other.contents, Content, content, MAX_MEDIA_TYPES),
            headers=_united(one.headers, other.headers, Parameter, _parameter, MAX_PARAMETERS),
            first=earlier(one.first, other.first),
        )

    operation.bodies = _united(first.bodies, second.bodies, Content, content, MAX_MEDIA_TYPES)
    operation.responses = _united(
        first.responses, second.responses, Response, response, MAX_STATUSES
    )
    return operation


def _united(
    one: Mapping[Key, Value],
    other: Mapping[Key, Value],
    empty: Callable[[], Value],
    join: Callable[[Value, Value], Value],
    most: int,
) -> dict[Key, Value]:
    keys = list(dict.fromkeys([*one, *other]))[:most]
    return {key: join(one.get(key) or empty(), other.get(key) or empty()) for key in keys}


def _summed(one: Mapping[Key, int], other: Mapping[Key, int], most: int) -> dict[Key, int]:
    return _united(one, other, int, int.__add__, most)


def _soonest(one: Mapping[str, Mark], other: Mapping[str, Mark]) -> dict[str, Mark]:
    shared = {name: min(one[name], other[name]) for name in one.keys() & other.keys()}
    return {**one, **other, **shared}


def _at(parameters: list[Parameter], place: int) -> Parameter:
    return parameters[place] if place < len(parameters) else Parameter()


def _parameter(one: Parameter, other: Parameter) -> Parameter:
    schema = merge(one.schema, other.schema, max_cells=MAX_PARAMETER_CELLS)
    return Parameter(count=one.count + other.count, schema=schema)


def _content(operation: Operation, one: Content, other: Content) -> Content:
    schema = merge(one.schema, other.schema, max_cells=max(8, MAX_CELLS - operation.cells))
    operation.cells += schema.cells
    richer = other if other.richness > one.richness else one
    return Content(
        count=one.count + other.count,
        schema=schema,
        example=richer.example,
        richness=richer.richness,
    )
