"""Results of checks with what the catalogue says of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from treblle_models.models import CheckResult, Endpoint, EndpointCheckResult, Project
from treblle_service.check_catalog import Check, find_check

FAIL, WARNING, PASS = "fail", "warning", "pass"
# Neither switched off nor measured yet; switched off by the project.
UNCHECKED, OFF = "unchecked", "off"
# What needs looking at comes first.
URGENCY = {FAIL: 0, WARNING: 1, PASS: 2, UNCHECKED: 3, OFF: 4}
OUTCOMES = (
    (FAIL, "Failed"),
    (WARNING, "Warning"),
    (PASS, "Passed"),
    (UNCHECKED, "Not checked yet"),
    (OFF, "Switched off"),
)


@dataclass(frozen=True)
class Result:
    check: Check
    result: CheckResult

    @property
    def outcome(self) -> str:
        return self.result.outcome


def with_checks(results: Iterable[CheckResult], disabled: Iterable[str] = ()) -> list[Result]:
    """What fails and matters most first; codes that no release knows any more are left out."""
    off = set(disabled)
    found = [
        Result(check, result)
        for result in results
        if (check := find_check(result.code)) and check.code not in off
    ]
    return sorted(found, key=lambda r: (URGENCY[r.outcome], -r.check.severity, r.check.title))


@dataclass(frozen=True)
class Results:
    """Those that fail or warn, and those that are passed, of which one need see the number only."""

    open: list[Result]
    passed: list[Result]

    def __bool__(self) -> bool:
        return bool(self.open or self.passed)


def results_of_endpoint(project: Project, endpoint: Endpoint) -> Results:
    found = EndpointCheckResult.objects.filter(project=project, endpoint=endpoint)
    results = with_checks(found.order_by("pk"), project.disabled_checks)
    return Results(
        open=[result for result in results if result.outcome != PASS],
        passed=[result for result in results if result.outcome == PASS],
    )
