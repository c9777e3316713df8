"""The supervisor keeps its processes, ends them, and leaves none behind, however it ends itself."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embedded.keeper import Process
from embedded.log_lines import LogLines
from embedded.supervisor import StartFailed, Supervisor
from embedded.surroundings import ROOT
from tests.support.conditions import wait_until

SUPERVISOR_PROGRAM = """
import sys
from pathlib import Path
from embedded.keeper import Process
from embedded.log_lines import LogLines
from embedded.supervisor import Supervisor

folder = Path(sys.argv[1])
command = ("/bin/sh", "-c", "sleep 600 & echo $! > grandchild; sleep 600")
process = Process(name="worker", command=command, environment={}, folder=folder)
with Supervisor([process], LogLines(sys.stderr)) as supervisor:
    supervisor.wait_ready()
    print(supervisor["worker"].pid, flush=True)
    sys.stdin.read()
"""


def lives(pid: int) -> bool:
    """Whether it runs; what has ended and was not yet noticed by its parent does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def shell(name: str, script: str, folder: Path, **more: object) -> Process:
    command = ("/bin/sh", "-c", script)
    return Process(name=name, command=command, environment={}, folder=folder, **more)  # type: ignore[arg-type]


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(output: io.StringIO) -> LogLines:
    return LogLines(output)


@pytest.fixture
def supervising_program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A program of its own that supervises a process which has a child."""
    program = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR_PROGRAM, str(tmp_path)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    yield program
    program.kill()
    program.communicate()


def pids_of(program: "subprocess.Popen[str]", folder: Path) -> tuple[int, int]:
    """The supervised process and its child."""
    assert program.stdout is not None
    lines = iter(program.stdout.readline, "")
    pid = next(int(line) for line in lines if line.strip().isdecimal())
    return pid, int(wait_until(lambda: text_of(folder / "grandchild")))


def text_of(file: Path) -> str:
    """Empty until a process has written it."""
    return file.read_text().strip() if file.exists() else ""


def warden_of(pid: int) -> psutil.Process | None:
    """The warden of a supervisor, while there is one."""
    children = [child for child in psutil.Process(pid).children() if lives(child.pid)]
    return next((c for c in children if "warden.py" in " ".join(c.cmdline())), None)


def test_a_killed_process_is_started_again(tmp_path: Path, log: LogLines) -> None:
    with Supervisor([shell("worker", "sleep 600", tmp_path)], log) as supervisor:
        supervisor.wait_ready()
        first = supervisor["worker"].pid
        supervisor["worker"].kill()
        wait_until(lambda: supervisor["worker"].pid not in (None, first))
        assert supervisor["worker"].restarts == 1
        assert not lives(first or 0)


def test_what_a_killed_process_had_started_ends_with_it(tmp_path: Path, log: LogLines) -> None:
    script = "sleep 600 & echo $! >> children; sleep 600"
    with Supervisor([shell("worker", script, tmp_path)], log) as supervisor:
        children = tmp_path / "children"
        first = int(wait_until(lambda: text_of(children)))
        supervisor["worker"].kill()
        wait_until(lambda: len(text_of(children).split()) == 2)
        assert not lives(first)


def test_a_process_begins_when_the_job_before_it_is_done(tmp_path: Path, log: LogLines) -> None:
    table = [
        shell("job", "echo done > result", tmp_path, job=True),
        shell("worker", "cat result > seen; sleep 600", tmp_path, after=("job",)),
    ]
    with Supervisor(table, log) as supervisor:
        supervisor.wait_ready()
        assert wait_until(lambda: text_of(tmp_path / "seen")) == "done"


def test_a_process_that_cannot_start_is_named_with_its_last_words(
    tmp_path: Path, log: LogLines
) -> None:
    broken = shell("worker", "echo no such setting; exit 3", tmp_path, ready=lambda: False)
    with (
        Supervisor([broken], log) as supervisor,
        pytest.raises(StartFailed, match=r"(?s)worker.*no such setting.*ended with code 3"),
    ):
        supervisor.wait_ready()


def test_a_failed_job_stops_the_start(tmp_path: Path, log: LogLines) -> None:
    table = [
        shell("job", "exit 1", tmp_path, job=True),
        shell("worker", "touch begun", tmp_path, after=("job",)),
    ]
    with Supervisor(table, log) as supervisor, pytest.raises(StartFailed, match="job has ended"):
        supervisor.wait_ready()
    assert not (tmp_path / "begun").exists()


def test_every_line_is_led_by_the_name_of_its_process(
    tmp_path: Path, log: LogLines, output: io.StringIO
) -> None:
    table = [
        shell("first", "echo one; sleep 600", tmp_path),
        shell("second-one", "echo two >&2; sleep 600", tmp_path),
    ]
    with Supervisor(table, log):
        wait_until(lambda: "one" in output.getvalue() and "two" in output.getvalue())
    assert "first      | one\n" in output.getvalue()
    assert "second-one | two\n" in output.getvalue()


def test_stopping_leaves_none_even_of_those_who_do_not_listen(
    tmp_path: Path, log: LogLines
) -> None:
    deaf = shell("deaf", "trap '' TERM; touch deaf; while :; do sleep 0.05; done", tmp_path)
    with Supervisor([deaf], log, grace_s=0.2) as supervisor:
        supervisor.wait_ready()
        wait_until((tmp_path / "deaf").exists)
        pid = supervisor["deaf"].pid
        assert pid is not None
    assert not lives(pid)


def test_a_signal_that_came_while_the_lock_was_being_taken_does_not_hold_up_the_end(
    tmp_path: Path, log: LogLines
) -> None:
    with Supervisor([shell("worker", "sleep 600", tmp_path)], log) as supervisor:
        supervisor.wait_ready()
        pid = supervisor["worker"].pid
        # As an exception leaves it that is raised within `Condition.__enter__`.
        supervisor._changed.acquire()
    assert pid is not None
    assert not lives(pid)


def test_those_that_others_need_are_stopped_last(tmp_path: Path, log: LogLines) -> None:
    script = "trap 'echo {0} >> ended; exit' TERM; touch {0}; while :; do sleep 0.02; done"
    table = [
        shell("broker", script.format("broker"), tmp_path),
        shell("worker", script.format("worker"), tmp_path, after=("broker",)),
    ]
    with Supervisor(table, log):
        wait_until(lambda: (tmp_path / "broker").exists() and (tmp_path / "worker").exists())
    assert (tmp_path / "ended").read_text().split() == ["worker", "broker"]


def test_a_process_waiting_to_be_restarted_does_not_delay_the_end(
    tmp_path: Path, log: LogLines
) -> None:
    flaky = shell("flaky", "exit 1", tmp_path)
    with Supervisor([flaky], log) as supervisor:
        wait_until(lambda: supervisor["flaky"].restarts >= 2)
        began = time.monotonic()
    assert time.monotonic() - began < 2


def test_no_orphan_is_left_when_the_supervisor_is_killed(
    supervising_program: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    pid, grandchild = pids_of(supervising_program, tmp_path)
    supervising_program.kill()
    wait_until(lambda: not lives(pid) and not lives(grandchild))


def test_no_orphan_is_left_when_the_whole_group_of_the_supervisor_is_killed(
    supervising_program: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    pid, grandchild = pids_of(supervising_program, tmp_path)
    os.killpg(supervising_program.pid, signal.SIGKILL)
    wait_until(lambda: not lives(pid) and not lives(grandchild))


def test_a_killed_warden_is_replaced_and_knows_what_runs(
    supervising_program: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    pid, grandchild = pids_of(supervising_program, tmp_path)
    first = wait_until(lambda: warden_of(supervising_program.pid))
    first.kill()
    wait_until(lambda: warden_of(supervising_program.pid) not in (None, first))
    assert lives(pid)
    supervising_program.kill()
    wait_until(lambda: not lives(pid) and not lives(grandchild))
