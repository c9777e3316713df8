"""The catalogue of checks is whole, and its page is fresh."""

from pathlib import Path

import pytest
from treblle_models.models import Request
from treblle_models.models.quality import CHECK_CODE_LENGTH
from treblle_models.models.quality import Stage as StoredStage
from treblle_service.check_catalog import (
    CATALOG,
    Check,
    Stage,
    Threat,
    design,
    document_design,
    document_security,
    find_check,
    grade_of,
    run_time,
    security,
    threat,
)
from treblle_service.check_catalog.markdown import markdown

ROOT = Path(__file__).parents[2]
MODULES = (design, document_design, document_security, run_time, security, threat)


def test_no_code_is_used_twice():
    assert len(CATALOG) == sum(len(module.CHECKS) for module in MODULES)


@pytest.mark.parametrize("check", CATALOG.values(), ids=CATALOG)
def test_every_check_tells_all_that_a_page_shows(check: Check):
    assert check.title
    assert check.why.endswith(".")
    assert check.mend.endswith(".")
    assert check.url.startswith("https://")
    assert len(check.code) <= CHECK_CODE_LENGTH
    assert 0 <= check.limits.warning <= check.limits.failure <= 1


def test_values_are_those_of_the_models():
    assert [stage.value for stage in Stage] == StoredStage.values
    assert [level.value for level in Threat] == Request.ThreatLevel.values


def test_a_code_of_another_release_is_not_found():
    assert find_check("no-such-check") is None
    assert find_check("http2") is CATALOG["http2"]


@pytest.mark.parametrize(
    ("score", "grade"),
    [(100, "A"), (90, "A"), (89.9, "B"), (80, "B"), (70, "C"), (60, "D"), (59.9, "F"), (0, "F")],
)
def test_grades(score: float, grade: str):
    assert grade_of(score) == grade


def test_the_page_of_checks_is_fresh():
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == markdown(), (
        "python -m treblle_service.check_catalog.markdown > docs/checks.md"
    )
