"""The JSON of an S3 event notification, written and read.

Format: Amazon S3 User Guide, "Event message structure", version 2.x. Keys are URL-encoded in it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote_plus, unquote_plus


class BadNotification(ValueError):
    """The message is not an S3 event notification."""


def notification_for(
    key: str, size: int, bucket: str = "local", traces: Mapping[str, str] | None = None
) -> str:
    """What S3 would send after `key` was put; the intake sends it where there is no S3.

    `traces` (event id → `traceparent`), where there are any, go beside what S3 would say.
    """
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket},
            "object": {"key": quote_plus(key, safe="/"), "size": size},
        },
    }
    message = {"Records": [record]} | ({"traces": dict(traces)} if traces else {})
    return json.dumps(message, separators=(",", ":"))


def traces_of(body: str) -> dict[str, str]:
    """The traces a notification carries (event id → `traceparent`); S3's own carry none."""
    try:
        traces = json.loads(body).get("traces", {})
        return {event_id: text for event_id, text in traces.items() if isinstance(text, str)}
    except (ValueError, AttributeError):
        return {}


def keys_of(body: str, prefix: str = "") -> list[str]:
    """The object keys a notification names, `prefix` taken off; see `objects_of`."""
    return [key for key, _ in objects_of(body, prefix)]


def objects_of(body: str, prefix: str = "") -> list[tuple[str, int]]:
    """Key, `prefix` taken off, and size in bytes of each object a notification names.

    S3's own test message (sent when notifications are set up) names none. A size that is not
    said is 0.
    """
    try:
        message = json.loads(body)
        if message.get("Event") == "s3:TestEvent":
            return []
        objects = [record["s3"]["object"] for record in message["Records"]]
        found = [(unquote_plus(each["key"]), int(each.get("size") or 0)) for each in objects]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadNotification(f"not an S3 event notification: {error!r}") from error
    return [(key.removeprefix(prefix), size) for key, size in found]
