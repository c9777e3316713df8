"""The catalogue of checks: what each is called, why it matters and how to mend it.

Texts and numbers only, and the one place for them: the ETL runs the checks, platform and API show
what they found. `CATALOG` is in the order in which pages show it.
"""

from treblle_service.check_catalog import (
    design,
    document_design,
    document_security,
    run_time,
    security,
    threat,
)
from treblle_service.check_catalog.entry import Check, Group, Limits, Severity, Stage, Threat

__all__ = [
    "CATALOG",
    "GRADES",
    "Check",
    "Group",
    "Limits",
    "Severity",
    "Stage",
    "Threat",
    "find_check",
    "grade_of",
]

_ALL = (
    *design.CHECKS,
    *document_design.CHECKS,
    *security.CHECKS,
    *document_security.CHECKS,
    *run_time.CHECKS,
    *threat.CHECKS,
)
_ORDER = list(Group)
CATALOG: dict[str, Check] = {
    check.code: check for check in sorted(_ALL, key=lambda check: _ORDER.index(check.group))
}
# The lowest score, 0 to 100, of each grade.
GRADES = (("A", 90.0), ("B", 80.0), ("C", 70.0), ("D", 60.0), ("F", 0.0))


def find_check(code: str) -> Check | None:
    """The check of this code; None where a release has dropped it."""
    return CATALOG.get(code)


def grade_of(score: float) -> str:
    """`A` to `F` for a score from 0 to 100."""
    return next(grade for grade, lowest in GRADES if score >= lowest or grade == "F")


def whole_points(score: float) -> int:
    """A score from 0 to 100 as it is shown: rounded down, so that nothing below an A shows as 90."""
    return int(score)
