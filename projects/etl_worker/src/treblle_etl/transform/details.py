"""The part of a request that is shown on demand: headers, bodies, query and errors, masked."""

import msgspec

from treblle_etl.event import Checked
from treblle_etl.transform.masking import Shown

_encoder = msgspec.json.Encoder()


def details_of(shown: Shown, checked: Checked) -> bytes:
    """JSON in UTF-8: `{request: {query, headers, body}, response: {headers, body}, errors,
    server, language, checks}`, `checks` being a list of `[code, what was found]` of what failed.
    """
    masked = shown.event
    return _encoder.encode(
        {
            "request": {
                "query": masked.query,
                "headers": shown.request_headers,
                "body": shown.request_body,
            },
            "response": {"headers": shown.response_headers, "body": shown.response_body},
            "errors": masked.errors,
            "server": masked.server,
            "language": masked.language,
            "checks": checked.failed,
        }
    )
