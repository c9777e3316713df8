"""`learn_paths`: JSON lines in, the same with templates out; no environment, no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).parents[1] / "manage.py"


def run(command: list[str], text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command, "learn_paths"],
        input=text,
        env={},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("command", [["-m", "treblle_etl"], [str(MANAGE)]], ids=["module", "file"])
def test_every_line_comes_back_in_order_with_its_template(command):
    requests = [
        {"method": "GET", "path": "/users/1", "status": 200, "truth": "kept"},
        {"method": "GET", "path": "/.env", "status": 404},
        {"method": "GET", "path": "/users/2", "status": 200},
        {"method": "post", "path": "/caf\u00e9/3", "status": None},
    ]
    done = run(command, "\n".join(map(json.dumps, requests)))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.pop("template") for line in lines] == [
        "/users/{user_id}",
        None,
        "/users/{user_id}",
        "/caf\u00e9/{caf\u00e9_id}",
    ]
    assert lines == requests


@pytest.mark.parametrize("line", ["{", "[]", '{"method": "GET"}', '{"method": "GET", "path": 1}'])
def test_a_line_it_cannot_read_is_named(line):
    done = run(["-m", "treblle_etl"], f'{{"method": "GET", "path": "/"}}\n{line}\n')
    assert done.returncode != 0
    assert "line 2" in done.stderr
    assert done.stdout == ""
