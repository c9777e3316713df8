"""The background thread: takes what waits, masks it, sends it in batches, tries again."""

import json
import threading
import time
from collections.abc import Sequence
from typing import Final

from treblle_sdk.buffer import Buffer
from treblle_sdk.delivery import MAX_ATTEMPTS, judge, wait_s
from treblle_sdk.exchange import Exchange
from treblle_sdk.notices import Notices
from treblle_sdk.options import Options, Payload
from treblle_sdk.payload import PayloadBuilder
from treblle_sdk.transport import Answer, Transport, Unreachable

# Bodies as captured; NDJSON of them stays well below what an intake takes.
BATCH_BYTES: Final = 2 * 1024 * 1024
# How long the thread works, in seconds of its processor time, before it gives the interpreter to a
# request's thread, which would else wait for it up to Python's switch interval of 5 ms; longer
# while more than a batch waits. Short enough to wait for, long enough to keep up by far.
SLICE_S: Final = 0.0003
SLICE_BEHIND_S: Final = 0.002
# So long that who waits for the interpreter wakes up and has it.
BREATHER_S: Final = 0.0001


class Sender:
    """Sends what a buffer holds until it is stopped. One thread, started by whoever puts first."""

    def __init__(
        self,
        options: Options,
        buffer: Buffer,
        transport: Transport,
        notices: Notices,
        instance: str,
    ) -> None:
        self._options = options
        self._buffer = buffer
        self._transport = transport
        self._notices = notices
        self._instance = instance
        self._builder = PayloadBuilder(options, self._breathe)
        self._discarded = 0
        self._breathed_at = 0.0
        self._hurry = threading.Event()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread unless it runs. Raises RuntimeError where there can be no thread."""
        with self._starting:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="treblle-sdk", daemon=True)
                thread.start()
                self._thread = thread

    @property
    def started(self) -> bool:
        return self._thread is not None

    def hurry(self) -> None:
        """Send at once what waits, instead of waiting for company."""
        self._hurry.set()

    def stop(self, deadline_s: float) -> None:
        """Send what waits, without further tries, for at most that long."""
        self._stopping.set()
        self._hurry.set()
        self._buffer.wake()
        if self._thread is not None:
            self._thread.join(deadline_s)

    def _run(self) -> None:
        while not (self._stopping.is_set() and not self._buffer.unsent):
            self._linger()
            if not self._buffer.waiting:
                self._buffer.wait()
                self._linger()
            taken = self._buffer.take(self._options.batch_events, BATCH_BYTES)
            self._calm_down()
            number = len(taken)
            try:
                self._deliver(self._lines(taken))
            except Exception:
                self._buffer.count_dropped(number)
                self._notices.warn("sender", "a batch was lost", exc_info=True)
            finally:
                self._buffer.settle()
        self._transport.close()

    def _linger(self) -> None:
        """Gather a batch; it also lets the request that woke us up finish first."""
        if self._buffer.waiting < self._options.batch_events:
            self._hurry.wait(self._options.linger_s)

    def _calm_down(self) -> None:
        """Linger again once all that was there when someone was in a hurry is taken."""
        if self._hurry.is_set() and not self._stopping.is_set():
            self._hurry.clear()
            if self._buffer.waiting or self._stopping.is_set():
                self._hurry.set()

    def _breathe(self) -> None:
        """Let others have the interpreter, where it is time to."""
        is_behind = self._buffer.waiting >= self._options.batch_events
        worked_s = time.thread_time() - self._breathed_at
        if worked_s > (SLICE_BEHIND_S if is_behind else SLICE_S) and not self._stopping.is_set():
            time.sleep(BREATHER_S)
            self._breathed_at = time.thread_time()

    def _lines(self, taken: list[Exchange]) -> list[bytes]:
        """What was taken as JSON; it is emptied meanwhile, so that no body is kept for long."""
        lines = []
        taken.reverse()
        while taken:
            line = self._line(taken.pop())
            if line is not None:
                lines.append(line)
            self._breathe()
        return lines

    def _line(self, exchange: Exchange) -> bytes | None:
        """One payload as JSON; None where `before_send` wants none or it cannot be made."""
        try:
            payload = self._builder.build(exchange)
            self._breathe()
            payload["sdk_instance"] = self._instance
            payload["dropped"] = self._buffer.dropped
            payload["discarded"] = self._discarded
            wanted: Payload | None = payload
            if self._options.before_send is not None:
                wanted = self._options.before_send(payload)
            if wanted is None:
                self._discarded += 1
                return None
            return json.dumps({**wanted}, separators=(",", ":"), default=str).encode()
        except Exception:
            self._buffer.count_dropped(1)
            self._notices.warn("payload", "a request could not be reported", exc_info=True)
            return None

    def _deliver(self, lines: Sequence[bytes]) -> None:
        """Send until it is accepted, refused for good, or tried in vain too often."""
        failures = attempts = 0
        while lines:
            answer = self._post(lines)
            if answer is None:
                again, away, retry_after_s = lines, True, None
            else:
                verdict = judge(answer, lines)
                self._refused(verdict.refused, answer.status)
                if verdict.split:
                    middle = len(lines) // 2
                    self._deliver(lines[:middle])
                    self._deliver(lines[middle:])
                    return
                again, away, retry_after_s = verdict.again, verdict.away, answer.retry_after_s
            failures += 1
            attempts += not away
            lines = again
            if lines and (attempts >= MAX_ATTEMPTS or not self._pause(failures, retry_after_s)):
                self._buffer.count_dropped(len(lines))
                return

    def _post(self, lines: Sequence[bytes]) -> Answer | None:
        try:
            answer = self._transport.post(lines)
        except Unreachable as error:
            self._notices.warn("unreachable", "the intake does not answer: %s", error)
            return None
        self._notices.tell("%d requests sent, answered %d", len(lines), answer.status)
        if answer.status >= 500:
            self._notices.warn("failing", "the intake answered %d", answer.status)
        return answer

    def _refused(self, number: int, status: int) -> None:
        if number:
            self._buffer.count_dropped(number)
            self._notices.warn("refused", "the intake refused %d requests (%d)", number, status)

    def _pause(self, failures: int, retry_after_s: float | None) -> bool:
        """Wait before the next try; False where there is none, as the process ends."""
        return not self._stopping.wait(wait_s(failures, retry_after_s))
