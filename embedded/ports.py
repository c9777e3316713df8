"""The four ports outsiders see, and whether they are free."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Self

HOST: Final = "127.0.0.1"
HIGHEST_PORT: Final = 65_535


class BadPort(SystemExit):
    """A port is no number, given twice, or taken; the message says which, and what to do."""


@dataclass(frozen=True)
class Ports:
    """One port a part; the variable of `intake` is `INTAKE_PORT`, and so on."""

    intake: int = 4000
    platform: int = 4001
    api: int = 4002
    website: int = 4003

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """What the environment names, else the usual ones. Raises `BadPort`."""
        chosen = {
            field.name: port_number(variable(field.name), environment[variable(field.name)])
            for field in fields(cls)
            if environment.get(variable(field.name))
        }
        ports = cls(**chosen)
        ports.check_different()
        return ports

    @classmethod
    def free(cls) -> Self:
        """Ports nobody uses at this moment."""
        return cls(*free_ports(len(fields(cls))))

    def check_different(self) -> None:
        by_port: dict[int, list[str]] = {}
        for name, port in self.items():
            by_port.setdefault(port, []).append(variable(name))
        doubles = [f"{' and '.join(v)} are both {p}" for p, v in by_port.items() if len(v) > 1]
        if doubles:
            raise BadPort(f"{'; '.join(doubles)}: each part needs a port of its own.")

    def check_free(self) -> None:
        """Raise `BadPort`, naming every port that is taken and how to choose another."""
        taken = [(name, port) for name, port in self.items() if not is_free(port)]
        if not taken:
            return
        lines = [f"Port {port} is taken ({name}, {variable(name)})." for name, port in taken]
        other = " ".join(f"{variable(name)}={free_ports(1)[0]}" for name, _ in taken)
        raise BadPort("\n".join([*lines, f"Free it, or choose another: {other} make demo"]))

    def items(self) -> list[tuple[str, int]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def variable(name: str) -> str:
    return f"{name.upper()}_PORT"


def port_number(name: str, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise BadPort(f"{name}: {text!r} does not do: a port is a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        # As the servers do: a connection of a moment ago does not make a port taken.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise BadPort(f"Port {port}: this user may not listen there.") from error
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Different ports nobody uses at this moment."""
    trials = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports: list[int] = [trial.getsockname()[1] for trial in trials]
    for trial in trials:
        trial.close()
    return ports
