"""False alarms and misses on recorded requests: the figures of the checks' trustworthiness."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from treblle_service.check_catalog import CATALOG
from treblle_service.check_catalog.markdown import MEASURED

RECORDED = Path(__file__).parent / "transform" / "checks" / "recorded"


def run(*paths: Path, **options: bool) -> str:
    out = StringIO()
    call_command("try_checks", *map(str, paths), stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("name", ["good", "bad", "held_out", "bookshop"])
def test_recorded_requests_are_judged_as_a_person_judges_them(name: str) -> None:
    text = run(RECORDED / f"{name}.jsonl")
    assert "false alarm " not in text, text
    assert "missed " not in text.replace("missed\n", ""), text
    assert " 0 of these raised an alarm" in text


def test_rates_by_group_are_those_that_the_documentation_tells() -> None:
    lines = run(*sorted(RECORDED.glob("*.jsonl"))).splitlines()
    told = [row.strip("| ").split(" | ") for row in MEASURED.splitlines()[2:]]
    for group, findings, wrong, missed in told:
        row = next(line for line in lines if line.startswith(f"{group} "))
        right, false, not_found, rate, _ = row.removeprefix(group).split()
        assert int(findings) == int(right) + int(false), row
        assert (wrong, missed) == (f"{false} ({rate})", not_found), row
    assert [group for group, *_ in told][-1] == "All"


def test_recorded_faults_cover_most_checks() -> None:
    lines = (RECORDED / "bad.jsonl").read_text().splitlines()
    covered = {code for line in lines for code in json.loads(line)["expected"]}
    assert len(covered) >= 50
    assert covered <= CATALOG.keys()


def test_wrong_findings_are_told_by_request_and_check(tmp_path: Path) -> None:
    line = json.loads((RECORDED / "good.jsonl").read_text().splitlines()[0])
    line["payload"]["data"]["request"]["query"] = {"api_key": "x"}
    line["expected"] = ["stack-trace"]
    path = tmp_path / "wrong.jsonl"
    path.write_text(json.dumps(line))
    text = run(path, all=True)
    assert "false alarm  secret-in-url" in text
    assert "missed       stack-trace" in text
    assert "1 of 1 findings were false alarms, 1 of 1 faults were missed" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1"),
        ('{"name": "a", "payload": {}}', "the payload|missing"),
        ('{"name": "a", "payload": {}, "expected": ["no-such"]}', "no check no-such"),
    ],
)
def test_unreadable_files_are_told(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(content)
    with pytest.raises(CommandError, match=message):
        run(path)
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.jsonl")
