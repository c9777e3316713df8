"""The JSON of an S3 event notification, written and read.

Format: Amazon S3 User Guide, "Event message structure", version 2.x. Keys are URL-encoded in it.
"""

import json
from datetime import UTC, datetime
from urllib.parse import quote_plus, unquote_plus


class BadNotification(ValueError):
    """The message is not an S3 event notification."""


def notification_for(key: str, size: int, bucket: str = "local") -> str:
    """What S3 would send after `key` was put; the intake sends it where there is no S3."""
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
    return json.dumps({"Records": [record]}, separators=(",", ":"))


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
