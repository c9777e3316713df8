"""The lines of all processes on one stream, each led by the name of who wrote it."""

import sys
import threading
from collections import defaultdict, deque
from typing import Final, TextIO

# What an error message shows of a process that failed.
KEPT_LINES: Final = 12
# Bright foreground colours that read on dark and on light terminals (ECMA-48, SGR 36 and so on).
COLOURS: Final = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)


class LogLines:
    """Writes `name | text`, whole lines only, from any thread; in colour at a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._coloured = self._stream.isatty()
        self._width = 8
        self._colour: dict[str, int] = {}
        self._last: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=KEPT_LINES))
        # The handler of a signal may write while its own thread does.
        self._lock = threading.RLock()

    def introduce(self, name: str) -> None:
        """Give `name` its colour and make the first column wide enough for it."""
        with self._lock:
            self._width = max(self._width, len(name))
            self._colour.setdefault(name, COLOURS[len(self._colour) % len(COLOURS)])

    def write(self, name: str, text: str) -> None:
        with self._lock:
            self._last[name].append(text)
            self._put(f"{self._lead(name)} {text}\n")

    def block(self, text: str) -> None:
        """Text that stands by itself, without a lead."""
        with self._lock:
            self._put(f"{text}\n")

    def last(self, name: str) -> str:
        """The last lines `name` wrote."""
        with self._lock:
            return "\n".join(self._last[name])

    def _lead(self, name: str) -> str:
        lead = f"{name:<{self._width}} |"
        return f"\x1b[{self._colour.get(name, 0)}m{lead}\x1b[0m" if self._coloured else lead

    def _put(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # Whoever read the lines is gone (`make demo | head`, a closed terminal): we go on.
            return
