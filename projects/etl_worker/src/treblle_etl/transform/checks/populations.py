"""Of which requests a check speaks. A check that does not apply to a request costs nothing."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from treblle_etl.transform.checks.facts import Facts

# What a check found wrong, in a few words that may be shown: names and statuses, never a value
# that a client or user gave; nothing where it passed.
Finding = str
RequestCheck = Callable[[Facts], Finding]


class Population(StrEnum):
    """The values are codes in `endpoint_check_days`: how many requests were looked at."""

    REQUESTS = "requests"
    ANSWERS = "answers"
    ERRORS = "errors"
    READS = "reads"
    WRITES = "writes"
    # Answers that are known to have been encrypted on their way.
    ENCRYPTED = "encrypted"


_READING: Final = frozenset(["GET", "HEAD"])
_WRITING: Final = frozenset(["POST", "PUT", "PATCH", "DELETE"])
WITHOUT_BODY: Final = frozenset([204, 205, 304])


# The populations a request belongs to, by what kind of request it is.
_ANSWERED: Final = {
    "read": (Population.REQUESTS, Population.ANSWERS, Population.READS),
    "write": (Population.REQUESTS, Population.ANSWERS, Population.WRITES),
    "answer": (Population.REQUESTS, Population.ANSWERS),
}
_ENCRYPTED: Final = {kind: f"encrypted {kind}" for kind in _ANSWERED}
POPULATIONS: Final[dict[str, tuple[Population, ...]]] = {
    "failed": (Population.REQUESTS, Population.ERRORS),
    "failed write": (Population.REQUESTS, Population.ERRORS, Population.WRITES),
    **_ANSWERED,
    **{_ENCRYPTED[kind]: (*of, Population.ENCRYPTED) for kind, of in _ANSWERED.items()},
    "other write": (Population.REQUESTS, Population.WRITES),
    "other": (Population.REQUESTS,),
}


def kind_of(facts: Facts) -> str:
    """A key of `POPULATIONS`. Answers are 2xx whose headers are known; reads are answers to GET
    and HEAD.
    """
    status, method = facts.status, facts.method
    if status >= 400:
        return "failed write" if method in _WRITING else "failed"
    if not 200 <= status < 300 or not facts.answered:
        return "other write" if method in _WRITING else "other"
    kind = "read" if method in _READING else "write" if method in _WRITING else "answer"
    return _ENCRYPTED[kind] if facts.is_encrypted else kind
