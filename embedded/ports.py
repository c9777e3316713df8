"""The four ports outsiders see, and whether they are free."""

import errno
import fcntl
import functools
import itertools
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self

HOST: Final = "127.0.0.1"
HIGHEST_PORT: Final = 65_535
_GIVEN_OUT: Final = range(10_000, 32_768)


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
        other = " ".join(f"{variable(name)}={free_port()}" for name, _ in taken)
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
    """Different ports nobody uses at this moment, none given twice on this machine.

    A port that the kernel may give an outgoing connection (`ip_local_port_range`) can be gone
    before the server that it was chosen for binds it, so these lie below that range. Raises
    `OSError` (EADDRINUSE) when there are none left.
    """
    return list(itertools.islice(_unclaimed(), count))


def free_port() -> int:
    """One of `free_ports`."""
    (port,) = free_ports(1)
    return port


def _unclaimed() -> Iterator[int]:
    for _ in _GIVEN_OUT:
        port = next(_candidates)
        if _claim(port) and is_free(port):
            yield port
    raise OSError(errno.EADDRINUSE, f"No port is free from {_GIVEN_OUT[0]} to {_GIVEN_OUT[-1]}")


def _claim(port: int) -> bool:
    """Whether no other process was given that port; ours until this process ends."""
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except BlockingIOError:
        return False
    return True


@functools.cache
def _claims() -> int:
    """A file whose byte N is locked by the process that was given port N.

    Never closed: with any closing of the file a process loses its locks.
    """
    path = Path(tempfile.gettempdir()) / f"treblle-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _from_somewhere() -> Iterator[int]:
    start = secrets.randbelow(len(_GIVEN_OUT))
    return itertools.cycle([*_GIVEN_OUT[start:], *_GIVEN_OUT[:start]])


_candidates: Final = _from_somewhere()
