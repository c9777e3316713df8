"""Names of properties: which of them are data (ids, dates, …) and which name an object."""

import re
from typing import Final

from treblle_etl.transform.schemas import limits

_OPAQUE: Final = re.compile(
    r"-?\d+(?:\.\d+)?"  # numbers
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"  # UUIDs
    r"|\d{4}-\d{2}(?:-\d{2})?(?:[T ].*)?"  # months, days, times
    r"|[^@\s]+@[^@\s]+\.[^@\s]+"  # email addresses
    r"|[A-Za-z][A-Za-z0-9+.-]*://.*"  # addresses of pages
    r"|(?:\d{1,3}\.){3}\d{1,3}"  # IPv4
    r"|(?=[a-fA-F]*\d)[0-9a-fA-F]{16,}"  # hashes
    # Tokens, maybe after a prefix: letters and digits take turns (`usr_4f7Hk2Qp9`).
    r"|(?:[a-z]{1,8}[_-])?(?=(?:[A-Za-z]+\d+|\d+[A-Za-z]+){3})[0-9A-Za-z]{8,}"
    r"|/.*"  # paths
)
# What names an object among its like, in the order they are looked for.
IDENTITIES: Final = ("id", "_id", "uuid", "guid", "uid", "ID", "Id", "@id", "key")


def is_opaque(name: str) -> bool:
    """Whether a name is data rather than one that a developer chose."""
    return len(name) > limits.MAX_NAME_LENGTH or not name or _OPAQUE.fullmatch(name) is not None


def encodable(text: str) -> str:
    """As it can be written in UTF-8: JSON may hold halves of surrogate pairs, UTF-8 may not."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
