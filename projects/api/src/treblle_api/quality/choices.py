"""Words of the catalogue of checks, as the API says them."""

from typing import Final

from treblle_service.check_catalog import GRADES, Group, Severity

GROUP_CHOICES: Final = [(group.value, group.label) for group in Group]
SEVERITY_CHOICES: Final = [(severity.name.lower(), severity.label) for severity in Severity]
GRADE_CHOICES: Final = [(grade, grade) for grade, _ in GRADES]
OUTCOME_CHOICES: Final = [
    ("fail", "Failed"),
    ("warning", "Warning"),
    ("pass", "Passed"),
    ("unchecked", "Not checked yet"),
    ("off", "Switched off"),
]
