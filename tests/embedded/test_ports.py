"""A port that does not do is said in plain words before anything is started."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from embedded.ports import HOST, Ports
from embedded.surroundings import ROOT


def start_demo(folder: Path, **ports: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **ports, "TREBLLE_FOLDER": str(folder / "data")}
    command = [sys.executable, "-m", "demo"]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True)


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def names(ports: Ports) -> dict[str, str]:
    return {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}


def test_a_taken_port_is_named_with_the_variable_that_chooses_another(tmp_path: Path) -> None:
    ports = Ports.free()
    with socket.create_server((HOST, ports.platform)):
        done = start_demo(tmp_path, **names(ports))
    assert done.returncode == 1
    assert f"Port {ports.platform} is taken" in done.stderr
    assert "PLATFORM_PORT=" in done.stderr
    assert str(ports.intake) not in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_no_port_is_named(tmp_path: Path) -> None:
    done = start_demo(tmp_path, **names(Ports.free()) | {"API_PORT": "70000"})
    assert done.returncode == 1
    assert "API_PORT: '70000' does not do" in done.stderr


def test_one_port_for_two_parts_is_refused(tmp_path: Path) -> None:
    ports = names(Ports.free())
    done = start_demo(tmp_path, **ports | {"API_PORT": ports["INTAKE_PORT"]})
    assert done.returncode == 1
    assert "INTAKE_PORT and API_PORT are both" in done.stderr


def test_no_two_processes_are_given_one_port_nor_one_of_outgoing_connections(
    tmp_path: Path,
) -> None:
    ask = "from embedded.ports import free_ports; print(*free_ports(7_000), flush=True); input()"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ask],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(tmp_path)},  # takes none from the other tests
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    given = [int(port) for process in processes for port in first_line(process).split()]
    for process in processes:
        process.communicate("\n")

    assert len(set(given)) == 21_000
    assert max(given) < 32_768  # where Linux and macOS begin to give them to clients
