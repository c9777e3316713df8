"""Sees to it that no process outlives its supervisor: the supervisor's side of the warden."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

SCRIPT: Final = Path(__file__).with_name("warden.py")


class Warden:
    """A small process that knows of every process group, and ends them when we are gone.

    It holds the reading end of a pipe; that we live is that the writing end is open. Should it
    be killed itself, another takes its place.
    """

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._process = self._begin()
        self._watch = threading.Thread(target=self._keep, name="warden", daemon=True)
        self._watch.start()

    def input(self) -> int:
        """The writing end, for one's child to write `+<its group>` before it does anything."""
        with self._lock:
            return self._descriptor()

    def born(self, group: int) -> None:
        """The group has told the warden itself; remember it in case the warden is replaced."""
        with self._lock:
            self._groups.add(group)

    def gone(self, group: int) -> None:
        with self._lock:
            self._groups.discard(group)
            if not self._closed:
                self._tell(f"-{group}\n")

    def close(self) -> None:
        """Let it end, after it has ended what we did not."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._watch.join()

    def _begin(self) -> "subprocess.Popen[bytes]":
        """In a session of its own, so that a Ctrl-C or a signal to our group does not reach it."""
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(SCRIPT)],
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def _keep(self) -> None:
        while True:
            self._process.wait()
            with self._lock:
                if self._closed:
                    return
                self._process = self._begin()
                self._tell("".join(f"+{group}\n" for group in sorted(self._groups)))

    def _tell(self, lines: str) -> None:
        try:
            os.write(self._descriptor(), lines.encode())
        except BrokenPipeError:
            # It has just been killed: the next one is told of what lives then.
            return

    def _descriptor(self) -> int:
        if self._closed or self._process.stdin is None:
            raise RuntimeError("the warden has been closed")
        return self._process.stdin.fileno()
