"""What an answer of the intake means for a batch, and how long to wait. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from treblle_sdk.transport import ACCEPTED, Answer

FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
# A Retry-After beyond this is not believed.
LONGEST_RETRY_AFTER_S: Final = 300.0
# The intake is away, or asks to wait: whatever the batch, it will not come through now.
AWAY: Final = frozenset({408, 429, 502, 503, 504})
TOO_LARGE: Final = 413
# How often a batch is tried that the intake fails on, or answers in a way nobody understands.
MAX_ATTEMPTS: Final = 6
# Not the module's own functions: a host that seeds those must get the numbers it expects.
_DICE: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which lines to send again, how many were refused, and whether one big batch was too big."""

    again: Sequence[bytes] = ()
    refused: int = 0
    split: bool = False
    # The intake's state and not these lines are the reason; trying goes on without end.
    away: bool = False


def judge(answer: Answer, lines: Sequence[bytes]) -> Verdict:
    """202 with a result a line counts each; 4xx refuses for good; the rest comes again."""
    if answer.status == ACCEPTED:
        return _by_line(answer, lines)
    if answer.status in AWAY:
        return Verdict(again=lines, away=True)
    if answer.status == TOO_LARGE and len(lines) > 1:
        return Verdict(again=lines, split=True)
    if 400 <= answer.status < 500:
        return Verdict(refused=len(lines))
    return Verdict(again=lines)


def _by_line(answer: Answer, lines: Sequence[bytes]) -> Verdict:
    if len(answer.lines) != len(lines):
        return Verdict()
    results = list(zip(lines, answer.lines, strict=True))
    away = [line for line, status in results if status in AWAY]
    failed = [line for line, status in results if status >= 500 and status not in AWAY]
    refused = sum(400 <= status < 500 and status not in AWAY for _, status in results)
    return Verdict([*away, *failed], refused, away=bool(away) and not failed)


def wait_s(failures: int, retry_after_s: float | None) -> float:
    """The time before the next try: what the intake asked for, else doubled, with jitter."""
    jitter = 1 + _DICE.random() / 2
    if retry_after_s is not None:
        return min(retry_after_s, LONGEST_RETRY_AFTER_S) * jitter
    return min(FIRST_WAIT_S * 2.0 ** min(failures - 1, 16), LONGEST_WAIT_S) * jitter / 1.5
