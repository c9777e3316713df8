"""One connection to the intake, kept open; `POST /batch`, NDJSON, gzip."""

# Resolving a name looks this codec up. Were it imported then, by the sender's thread, a fork in
# that moment would leave the child with an import lock that nobody holds and all wait for.
import encodings.idna  # noqa: F401
import gzip
import http.client
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

ACCEPTED: Final = 202
BATCH_PATH: Final = "/batch"
# The fastest level: on JSON it saves nine tenths of what the slowest does.
GZIP_LEVEL: Final = 1
MAX_ANSWER_BYTES: Final = 1024 * 1024


class Unreachable(Exception):
    """No answer that is HTTP: refused, timed out, broken off or nonsense."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of a batch, the status of each line where told, and how long to wait."""

    status: int
    lines: tuple[int, ...] = ()
    retry_after_s: float | None = None


class Transport:
    """Posts batches to one intake. Used by one thread only."""

    def __init__(self, intake_url: str, sdk_token: str, timeout_s: float, user_agent: str) -> None:
        parts = urlsplit(intake_url)
        self._secure = parts.scheme == "https"
        self._host = parts.netloc.rpartition("@")[2]
        self._path = f"{parts.path.rstrip('/')}{BATCH_PATH}"
        self._timeout_s = timeout_s
        self._headers = {
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
            "User-Agent": user_agent,
            "x-api-key": sdk_token,
        }
        self._connection: http.client.HTTPConnection | None = None

    def post(self, lines: Sequence[bytes]) -> Answer:
        """Send payloads, one a line. Raises Unreachable; then nobody knows whether they came."""
        body = gzip.compress(b"\n".join(lines) + b"\n", GZIP_LEVEL, mtime=0)
        reused = self._connection is not None
        try:
            try:
                return self._post(body)
            except ConnectionError:
                if not reused:
                    raise
                self.close()  # it was only closed while idle; a new one tells
                return self._post(body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(f"{type(error).__name__}: {error}") from None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes) -> Answer:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request("POST", self._path, body, self._headers)
        response = self._connection.getresponse()
        content = response.read(MAX_ANSWER_BYTES)
        results = _results(content)
        waits = [_retry_after_s(str(each.get("retry_after", ""))) for each in results]
        waits.append(_retry_after_s(response.headers.get("Retry-After", "")))
        answer = Answer(
            response.status,
            tuple(each["status"] for each in results),
            max((wait for wait in waits if wait is not None), default=None),
        )
        if not response.isclosed():  # more than we read: the connection is of no more use
            self.close()
        return answer

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, timeout=self._timeout_s)


def _results(content: bytes) -> list[dict[str, Any]]:
    """The result of each line, an object with a `status`; empty where it is anything else."""
    try:
        results = [json.loads(line) for line in content.splitlines()]
    except (ValueError, RecursionError):
        return []
    understood = all(isinstance(each, dict) and type(each.get("status")) is int for each in results)
    return results if understood else []


def _retry_after_s(value: str) -> float | None:
    """Seconds, or a date as HTTP writes it; None for anything else."""
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
