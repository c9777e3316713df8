"""`python -m demo`, as `make demo` starts it: the contract that outsiders rely on."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from embedded.ports import Ports
from embedded.surroundings import ROOT
from tests.support.conditions import wait_until

KEYS = {
    *("intake_url", "platform_url", "api_url", "website_url"),
    *("email", "password", "api_key", "project_id", "project_uuid", "api_token"),
}
# The first start on a checkout migrates two empty databases.
STARTS_WITHIN_S = 150
ENDS_WITHIN_S = 20


@dataclass(frozen=True)
class Demo:
    process: "subprocess.Popen[bytes]"
    contract: Path
    output: Path

    def known(self) -> dict[str, Any]:
        wait_until(self._written_or_ended, within_s=STARTS_WITHIN_S)
        assert self.process.poll() is None, self.output.read_text()
        known: dict[str, Any] = json.loads(self.contract.read_text())
        return known

    def interrupt(self) -> int:
        """As Ctrl-C does; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(ENDS_WITHIN_S)

    def _written_or_ended(self) -> bool:
        return self.contract.exists() or self.process.poll() is not None


@contextmanager
def demo(folder: Path) -> Iterator[Demo]:
    names = {f"{name.upper()}_PORT": str(port) for name, port in Ports.free().items()}
    # A database of something else, which the shell happens to name, is left alone.
    others = {"DATABASE_URL": "mysql://nobody@127.0.0.1:1/nothing"}
    environment = {**os.environ, **names, **others, "TREBLLE_FOLDER": str(folder)}
    output = folder.with_suffix(".log")
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Demo(process, folder / "demo.json", output)
    finally:
        process.kill()
        process.wait()


def newest_requests(known: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/v1/projects/{known['project_uuid']}/requests"
    headers = {"Authorization": f"Bearer {known['api_token']}"}
    answer = httpx.get(known["api_url"] + path, headers=headers).raise_for_status()
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def processes_on(folder: Path) -> list[psutil.Process]:
    """Whoever has the data folder in its command line or its environment, this test apart."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if any(str(folder) in word for word in words) and process.pid != os.getpid():
            found.append(process)
    return found


def test_the_demo_shows_live_requests_ends_without_a_trace_and_starts_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with demo(folder) as running:
        known = running.known()
        assert known.keys() == KEYS
        assert stat.S_IMODE(running.contract.stat().st_mode) == 0o600
        for part in ("intake", "platform", "api"):
            assert httpx.get(f"{known[f'{part}_url']}/readyz").status_code == 200
        assert httpx.get(known["website_url"], follow_redirects=True).status_code == 200
        first = newest_requests(known)
        assert first
        wait_until(lambda: newest_requests(known)[0]["uuid"] != first[0]["uuid"])
        assert len(processes_on(folder)) >= 8
        assert running.interrupt() == 0
    printed = running.output.read_text()
    addresses = [known[f"{part}_url"] for part in ("intake", "platform", "api", "website")]
    assert all(word in printed for word in [*addresses, known["email"], known["password"]])
    assert "Traceback" not in printed
    assert not running.contract.exists()
    assert processes_on(folder) == []

    with demo(folder) as again:
        before = {name: known[name] for name in ("password", "api_key", "project_uuid")}
        assert before.items() <= again.known().items()
        again.process.kill()
        wait_until(lambda: processes_on(folder) == [])
