"""Bodies that are noted on their way, by whoever reads them; nothing is read by us."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from treblle_sdk.exchange import BodyCopy
from treblle_sdk.recording import Recording

_GIVING_BYTES: Final = frozenset({"readline", "read1"})
_FILLING_A_BUFFER: Final = frozenset({"readinto", "readinto1"})
_NOTED: Final = _GIVING_BYTES | _FILLING_A_BUFFER | {"readlines", "seek"}


class CopiedStream:
    """Stands in for a binary stream: each method the stream has, and `read`, as all have it.

    What a read returns is noted in `copy`; a `seek` starts the copy anew.
    """

    def __init__(self, stream: Any, copy: BodyCopy) -> None:
        self._stream = stream
        self._copy = copy

    def read(self, *args: Any, **kwargs: Any) -> bytes:
        # A method, as most bodies come by it: the look-up below takes longer than the reading.
        data: bytes = self._stream.read(*args, **kwargs)
        if data:
            self._copy.add(data)
        return data

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._stream, name)
        if name not in _NOTED:
            return attribute
        if name in _GIVING_BYTES:
            return self._giving_bytes(attribute)
        if name in _FILLING_A_BUFFER:
            return self._filling_a_buffer(attribute)
        if name == "readlines":
            return self._giving_lines(attribute)
        self._copy.restart()  # a seek
        return attribute

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            self._copy.add(line)
            yield line

    def __next__(self) -> bytes:
        line: bytes = next(self._stream)
        self._copy.add(line)
        return line

    def _giving_bytes(self, read: Callable[..., bytes]) -> Callable[..., bytes]:
        def copied(*args: Any, **kwargs: Any) -> bytes:
            data = read(*args, **kwargs)
            if data:
                self._copy.add(data)
            return data

        return copied

    def _giving_lines(self, readlines: Callable[..., list[bytes]]) -> Callable[..., list[bytes]]:
        def copied(*args: Any, **kwargs: Any) -> list[bytes]:
            lines = readlines(*args, **kwargs)
            for line in lines:
                self._copy.add(line)
            return lines

        return copied

    def _filling_a_buffer(self, fill: Callable[..., int | None]) -> Callable[..., int | None]:
        def copied(buffer: Any) -> int | None:
            count = fill(buffer)
            if count:
                self._copy.add(bytes(memoryview(buffer).cast("B")[:count]))
            return count

        return copied


class NotedResult:
    """A result that is noted piece by piece while the server takes it, each as it comes."""

    def __init__(self, result: Iterable[bytes], recording: Recording) -> None:
        self._result = result
        self._recording = recording

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._result:
                self._recording.passed(chunk)
                yield chunk
        except Exception as error:
            self._recording.failed(error)
            self._recording.finish()
            raise
        self._recording.whole = True
        self._recording.finish()

    def close(self) -> None:
        try:
            if (close := getattr(self._result, "close", None)) is not None:
                close()
        finally:
            self._recording.finish()
