"""What is learned of one endpoint: parameters, bodies, responses and how clients prove who they are.

A state as `schemas` has them: bounded, mergeable, written by msgspec.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from treblle_etl.transform.documents import headers, sampling
from treblle_etl.transform.documents.examples import example_of
from treblle_etl.transform.documents.exchange import Exchange, path_values
from treblle_etl.transform.schemas import Mark, Schema, learn
from treblle_etl.transform.schemas.growing import earlier

MAX_PARAMETERS: Final = 64
MAX_STATUSES: Final = 32
MAX_MEDIA_TYPES: Final = 4
MAX_AUTH_SCHEMES: Final = 8
# Size of all schemas of an operation together, in the cells of `schemas.limits`.
MAX_CELLS: Final = 32_768
# Size of one parameter's schema: a name and its values.
MAX_PARAMETER_CELLS: Final = 128
FIRST_ERROR: Final = 400
# Properties an example has beyond which a richer one is not looked for.
RICH_ENOUGH: Final = 200

_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}")


class Parameter(msgspec.Struct, array_like=True):
    """In the path, the query or a header: in how many requests, and which values."""

    count: int = 0
    schema: Schema = msgspec.field(default_factory=Schema)


class Content(msgspec.Struct, array_like=True):
    """Bodies of one media type. `example` is JSON, of the body in which most was to be seen."""

    count: int = 0
    schema: Schema = msgspec.field(default_factory=Schema)
    example: bytes = b""
    richness: int = 0


class Response(msgspec.Struct, array_like=True):
    count: int = 0
    contents: dict[str, Content] = {}
    headers: dict[str, Parameter] = {}
    first: Mark | None = None


class Operation(msgspec.Struct, array_like=True):
    """An endpoint. Parameters of the path are in the order of the template."""

    method: str
    template: str
    count: int = 0
    # Requests that were answered without an error: what they sent is what the API takes.
    accepted: int = 0
    path: list[Parameter] = []
    query: dict[str, Parameter] = {}
    headers: dict[str, Parameter] = {}
    bodies: dict[str, Content] = {}
    responses: dict[str, Response] = {}
    auth: dict[str, int] = {}
    shapes: dict[int, int] = {}
    cells: int = 0
    first: Mark | None = None
    # The first accepted request by scheme; of those without a credential under an empty name.
    auth_first: dict[str, Mark] = {}

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"


def observe(operation: Operation, exchange: Exchange) -> None:
    """Learn from one request, whose values are masked already."""
    operation.count += 1
    operation.first = earlier(operation.first, exchange.mark)
    if exchange.status < FIRST_ERROR:
        _observe_request(operation, exchange)
    _observe_response(operation, exchange)


def _observe_request(operation: Operation, exchange: Exchange) -> None:
    operation.accepted += 1
    values = path_values(operation.template, exchange.path)
    while len(operation.path) < len(values):
        operation.path.append(Parameter())
    for parameter, value in zip(operation.path, values, strict=False):
        _observe_parameter(parameter, value, exchange.mark)
    query = {name: value for name, value in exchange.query.items() if not headers.is_key(name)}
    _observe_parameters(operation.query, query.items(), exchange.mark)
    sent = headers.that_matter(exchange.request_headers)
    _observe_parameters(operation.headers, sent, exchange.mark)
    scheme = headers.auth_scheme(exchange.request_headers, exchange.query)
    if scheme in operation.auth or (scheme and len(operation.auth) < MAX_AUTH_SCHEMES):
        operation.auth[scheme] = operation.auth.get(scheme, 0) + 1
    if exchange.mark is not None and (not scheme or scheme in operation.auth):
        known = operation.auth_first.get(scheme, exchange.mark)
        operation.auth_first[scheme] = min(known, exchange.mark)
    if exchange.request_body not in (None, "", {}):
        _observe_body(
            operation,
            operation.bodies,
            0,
            exchange.request_headers,
            exchange.request_body,
            exchange.mark,
        )


def _observe_response(operation: Operation, exchange: Exchange) -> None:
    status = str(exchange.status)
    response = operation.responses.get(status)
    if response is None:
        if len(operation.responses) >= MAX_STATUSES:
            return
        response = operation.responses[status] = Response()
    response.count += 1
    response.first = earlier(response.first, exchange.mark)
    given = headers.that_matter(exchange.response_headers)
    _observe_parameters(response.headers, given, exchange.mark)
    if exchange.response_body not in (None, ""):
        _observe_body(
            operation,
            response.contents,
            exchange.status,
            exchange.response_headers,
            exchange.response_body,
            exchange.mark,
        )


def _observe_body(
    operation: Operation,
    contents: dict[str, Content],
    status: int,
    sent: Mapping[str, Any],
    body: Any,
    mark: Mark | None,
) -> None:
    media_type = headers.media_type(sent, body)
    content = contents.get(media_type)
    if content is None:
        if len(contents) >= MAX_MEDIA_TYPES:
            return
        content = contents[media_type] = Content()
        operation.cells += content.schema.cells
    content.count += 1
    weight = sampling.weight(operation.shapes, status, body)
    if not weight:
        return
    if media_type == headers.FORM and isinstance(body, dict):
        body = {name: typed(value) for name, value in body.items()}
    before = content.schema.cells
    most = max(before, before + MAX_CELLS - operation.cells)
    richness = learn(content.schema, body, weight=weight, mark=mark, max_cells=most)
    operation.cells += content.schema.cells - before
    if content.richness < min(richness, RICH_ENOUGH):
        content.richness = min(richness, RICH_ENOUGH)
        content.example = example_of(body) or content.example


def _observe_parameters(
    known: dict[str, Parameter], given: Iterable[tuple[str, Any]], mark: Mark | None
) -> None:
    for name, value in given:
        parameter = known.get(name)
        if parameter is None:
            if len(known) >= MAX_PARAMETERS or not name.isprintable():
                continue
            parameter = known[name] = Parameter()
        _observe_parameter(parameter, value, mark)


def _observe_parameter(parameter: Parameter, value: Any, mark: Mark | None) -> None:
    parameter.count += 1
    learn(parameter.schema, typed(value), mark=mark, max_cells=MAX_PARAMETER_CELLS)


def typed(value: Any) -> Any:
    """What a text on the wire stands for: `10` is an integer, `007` is not."""
    if isinstance(value, list):
        return [typed(item) for item in value]
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Operation)


def to_bytes(operation: Operation) -> bytes:
    return _encoder.encode(operation)


def from_bytes(content: bytes) -> Operation:
    """Raises `msgspec.DecodeError` where the content is not that of `to_bytes`."""
    return _decoder.decode(content)
