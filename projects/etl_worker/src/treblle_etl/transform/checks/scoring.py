"""From shares of failed requests to outcomes, and from outcomes to scores. Pure arithmetic.

A score is the mean of the checks that apply, weighed by severity: passed counts 1, warned ½,
failed 0. What does not apply is left out on both sides, so scores of other periods, versions and
APIs can be set beside it.
"""

from collections.abc import Iterable, Mapping

import msgspec
from treblle_service.check_catalog import CATALOG, Check

PASS, WARNING, FAIL = "pass", "warning", "fail"
CREDIT: Mapping[str, float] = {PASS: 1.0, WARNING: 0.5, FAIL: 0.0}


class Score(msgspec.Struct, frozen=True):
    """0 to 100, as a whole and by group of checks."""

    value: float
    groups: dict[str, float]


def outcome_of(check: Check, share: float) -> str:
    """`pass`, `warning` or `fail` for a share of failed requests (or operations), 0 to 1."""
    if share > check.limits.failure:
        return FAIL
    return WARNING if share > check.limits.warning else PASS


def score_of(credits: Mapping[str, float]) -> Score | None:
    """The score of checks by code, each with a credit from 0 to 1; None where none counts."""
    sums: dict[str, list[float]] = {}
    for code, credit in credits.items():
        check = CATALOG.get(code)
        if check is None or not check.is_scored:
            continue
        reached, possible = sums.setdefault(check.group.value, [0.0, 0.0])
        weight = float(check.severity)
        sums[check.group.value] = [reached + weight * credit, possible + weight]
    if not sums:
        return None
    reached = sum(part[0] for part in sums.values())
    possible = sum(part[1] for part in sums.values())
    return Score(
        value=_percent(reached, possible),
        groups={group: _percent(*part) for group, part in sorted(sums.items())},
    )


def mean_credits(credits: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Of each check the mean over the endpoints that it applies to."""
    sums: dict[str, tuple[float, int]] = {}
    for one in credits:
        for code, credit in one.items():
            total, number = sums.get(code, (0.0, 0))
            sums[code] = (total + credit, number + 1)
    return {code: total / number for code, (total, number) in sums.items()}


def _percent(reached: float, possible: float) -> float:
    return round(100 * reached / possible, 2)
