"""`tools/audit.py` with pip-audit and npm as they are, and with sources of weaknesses of its own."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.contract.deployables import ROOT
from tools.weaknesses import Ignored, Weakness, ended, not_ignored

OLD_AND_CERTAIN = {"pycrypto": "PYSEC-2017-94"}
TODAY = date(2026, 3, 1)


class Sources(ThreadingHTTPServer):
    """What OSV and the npm registry answer, by package; `knows` may be changed at any time."""

    def __init__(self) -> None:
        self.knows: dict[str, str] = {}
        self.asked: set[str] = set()
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Sources

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = json.loads(body)
        osv = self.path == "/v1/query"
        answer = self.as_osv(asked["package"]["name"]) if osv else self.as_npm(asked)
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        self.send_error(404)

    def as_osv(self, name: str) -> dict[str, Any]:
        self.server.asked.add(name)
        if name not in self.server.knows:
            return {}
        weakness = {"id": self.server.knows[name], "summary": "", "affected": []}
        return {"vulns": [weakness]}

    def as_npm(self, asked: dict[str, list[str]]) -> dict[str, Any]:
        self.server.asked |= set(asked)
        return {
            name: [
                {
                    "id": 1,
                    "url": f"https://advisories.example/{self.server.knows[name]}",
                    "title": "it opens doors",
                    "severity": "high",
                    "vulnerable_versions": "*",
                }
            ]
            for name in asked
            if name in self.server.knows
        }

    def log_message(self, format: str, *words: object) -> None:
        """Quiet."""


@pytest.fixture
def sources() -> Iterator[Sources]:
    with Sources() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def audit(url: str) -> "subprocess.CompletedProcess[str]":
    own = {
        "PIP_AUDIT_OSV_URL": f"{url}/v1/query",
        "npm_config_registry": url,
        # Whatever else is asked finds nobody.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "audit.py"],
        env={**os.environ, **own},
        text=True,
        capture_output=True,
    )


def test_known_weaknesses_of_pinned_packages_fail_it(sources: Sources) -> None:
    sources.knows = OLD_AND_CERTAIN | {"django": "PYSEC-2999-1", "express": "GHSA-of-express"}
    done = audit(sources.url)
    assert done.returncode != 0
    assert "django " in done.stderr
    assert "PYSEC-2999-1 (not mended yet)" in done.stderr
    assert "express: GHSA-of-express (it opens doors, *)" in done.stderr
    assert "Not audited" not in done.stdout
    assert "pycrypto" not in done.stderr


def test_it_asks_for_every_pin_and_passes_where_none_is_weak(sources: Sources) -> None:
    sources.knows = OLD_AND_CERTAIN
    done = audit(sources.url)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    assert {line.partition("==")[0] for line in pins if "==" in line} <= sources.asked
    assert "express" in sources.asked


def test_a_source_that_knows_of_no_weakness_at_all_counts_as_none(sources: Sources) -> None:
    done = audit(sources.url)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "Not audited, no source of known weaknesses answers: Python packages."
    ]


def test_where_nobody_answers_it_says_so_in_a_line_and_does_not_fail() -> None:
    done = audit("http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Not audited, no source of known weaknesses answers: Python packages, npm packages."
    ]


def test_a_weakness_is_ignored_by_any_of_its_ids_and_only_for_a_while() -> None:
    weakness = Weakness("shop 1.0", frozenset({"CVE-2026-1", "GHSA-1"}), "not mended yet")
    ignored = (Ignored("GHSA-1", "we do not open doors", until=TODAY),)
    assert not_ignored([weakness], ignored, TODAY) == []
    assert list(ended(ignored, TODAY)) == []
    tomorrow = TODAY.replace(day=2)
    assert not_ignored([weakness], ignored, tomorrow) == [weakness]
    assert list(ended(ignored, tomorrow)) == [
        "GHSA-1 was ignored until 2026-03-01: we do not open doors"
    ]


def test_make_check_runs_it() -> None:
    words = ["make", "--no-print-directory", "--dry-run", "check"]
    done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=True)
    assert "tools/audit.py" in done.stdout
