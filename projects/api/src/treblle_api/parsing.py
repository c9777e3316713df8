"""Bodies of requests: JSON of a bounded size."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any, Final

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BODY_BYTES: Final = 1024 * 1024


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = "The body is too large."
    default_code = "too_large"

    def __init__(self, most: int = MAX_BODY_BYTES) -> None:
        super().__init__(f"A body has at most {most} bytes here.")


class BoundedJSONParser(JSONParser):
    """JSON objects of up to `MAX_BODY_BYTES`; anything else is a problem of the client."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
        try:
            data = super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - too deeply nested") from None
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        return data
