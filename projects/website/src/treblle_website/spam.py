"""Keeps robots out of the contact form without a cookie, a script or a third party.

Three things: a field that people do not see and robots fill in, a signed time at which the form was
made, and a limit of messages an address and hour.
"""

import hashlib
from enum import Enum
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

from treblle_website.visitors import address
from treblle_website.words import words

TRAP: Final = "website"
STAMP: Final = "made"
SALT: Final = "treblle_website.spam"
# Nobody reads and answers a form faster.
SHORTEST_S: Final = 3
LONGEST_S: Final = 24 * 60 * 60
MESSAGES_AN_HOUR: Final = 5
HOUR_S: Final = 60 * 60


class Verdict(Enum):
    FINE = "fine"
    SPAM = "spam"
    TOO_OLD = "too_old"
    TOO_FAST = "too_fast"
    TOO_MANY = "too_many"


def explanation(verdict: Verdict) -> str:
    """For who is asked again, in the language of the page."""
    said = words()
    explanations = {
        Verdict.TOO_OLD: said.too_old,
        Verdict.TOO_FAST: said.too_fast,
        Verdict.TOO_MANY: said.too_many,
    }
    return explanations[verdict]


def stamp() -> str:
    """The time now, signed: goes into the form as it is made."""
    return signing.dumps(None, salt=SALT)


def judge(request: HttpRequest) -> Verdict:
    if request.POST.get(TRAP):
        return Verdict.SPAM
    made = request.POST.get(STAMP, "")
    try:
        signing.loads(made, salt=SALT, max_age=LONGEST_S)
    except signing.SignatureExpired:
        return Verdict.TOO_OLD
    except signing.BadSignature:
        return Verdict.SPAM
    if _is_younger(made, SHORTEST_S):
        return Verdict.TOO_FAST
    return Verdict.FINE if _count(request) <= MESSAGES_AN_HOUR else Verdict.TOO_MANY


def _is_younger(made: str, seconds: int) -> bool:
    try:
        signing.loads(made, salt=SALT, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


def _count(request: HttpRequest) -> int:
    """Messages of this address within the hour, this one counted; the address itself is not kept."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}/{address(request)}".encode()).hexdigest()
    name = f"contact:{digest}"
    cache.add(name, 0, HOUR_S)
    return cache.incr(name)
