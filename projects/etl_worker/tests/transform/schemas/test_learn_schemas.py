"""`learn_schemas` on samples of public APIs: how much of the truth it finds, in a bare process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

API_SPECS = Path(__file__).resolve().parents[5] / "tests" / "api_specs"
TOOL = API_SPECS / "tools" / "response_samples.py"
NO_ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


def learn_schemas(samples: str, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "treblle_etl", "learn_schemas", *words]
    return subprocess.run(
        command, input=samples, capture_output=True, text=True, env=NO_ENVIRONMENT, check=False
    )


@pytest.mark.parametrize(("api", "required"), [("adyen", 0.985), ("outline", 0.98)])
def test_it_finds_what_samples_of_a_public_api_show(tmp_path, api, required):
    spec = API_SPECS / "schemas" / f"{api}.json"
    samples, learned = tmp_path / "samples.jsonl", tmp_path / "learned.json"
    tool = [sys.executable, str(TOOL)]
    samples.write_bytes(subprocess.check_output([*tool, "make", str(spec)]))
    done = learn_schemas("", str(samples))
    assert done.returncode == 0, done.stderr
    learned.write_text(done.stdout)
    printed = subprocess.check_output([*tool, "score", str(spec), str(samples), str(learned)])
    score = json.loads(printed)
    assert (score["properties"], score["types"]) == (1.0, 1.0)
    assert score["required"] >= required
    assert score["formats"] >= 0.9
    assert score["enums"] >= 0.8
    assert score["no_false_enum"] >= 0.97


def test_it_reads_from_a_pipe():
    line = json.dumps({"operation": "GET /a", "status": 200, "body": {"id": 1}})
    found = json.loads(learn_schemas(f"{line}\n\n{line}\n").stdout)
    assert found["GET /a"]["200"]["properties"]["id"]["type"] == "integer"


def test_a_line_that_is_no_sample_is_named():
    done = learn_schemas('{"operation": "GET /a"}\n')
    assert done.returncode != 0
    assert "line 1 is not a sample" in done.stderr
    assert "Traceback" not in done.stderr
