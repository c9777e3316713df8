"""What a put says to an S3 server, read from the wire."""

import threading
import zlib
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from treblle_service.store import ObjectStore, StoreUnavailable, open_store

DATA = bytes(range(256)) * 1000


class Bucket(ThreadingHTTPServer):
    """Answers puts with `statuses`, one after the other, the last one from then on."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.puts: list[tuple[dict[str, str], bytes]] = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        status = self.server.statuses[min(len(self.server.puts), len(self.server.statuses) - 1)]
        self.server.puts.append((headers, body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """The list of puts tells all."""


@pytest.fixture
def statuses() -> list[int]:
    return [200]


@pytest.fixture
def bucket(statuses: list[int], aws_environment: None) -> Iterator[Bucket]:
    with Bucket(statuses) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def store(bucket: Bucket) -> ObjectStore:
    return open_store(f"s3://raw?endpoint=http://127.0.0.1:{bucket.server_port}")


def test_a_put_sends_its_body_at_once_without_asking_whether_to(
    store: ObjectStore, bucket: Bucket
) -> None:
    store.put("key", DATA)
    ((headers, body),) = bucket.puts
    assert body == DATA
    assert "expect" not in headers


def test_a_put_carries_a_checksum_by_which_the_store_knows_what_was_damaged(
    store: ObjectStore, bucket: Bucket
) -> None:
    store.put("key", DATA)
    ((headers, _),) = bucket.puts
    crc32 = b64encode(zlib.crc32(DATA).to_bytes(4, "big")).decode()
    assert headers["x-amz-checksum-crc32"] == crc32


def test_the_log_of_a_bucket_tells_by_whom_it_was_called(
    store: ObjectStore, bucket: Bucket
) -> None:
    store.put("key", DATA)
    ((headers, _),) = bucket.puts
    assert headers["user-agent"].startswith("treblle-service")


@pytest.mark.parametrize("statuses", [[503, 200]], ids=["refused-once"])
def test_a_put_that_was_refused_goes_again_with_all_of_its_body(
    store: ObjectStore, bucket: Bucket
) -> None:
    store.put("key", DATA)
    assert [body for _, body in bucket.puts] == [DATA, DATA]


@pytest.mark.parametrize("statuses", [[503]], ids=["refused-always"])
def test_a_put_that_is_refused_again_and_again_is_not_taken_as_written(
    store: ObjectStore, bucket: Bucket
) -> None:
    with pytest.raises(StoreUnavailable):
        store.put("key", DATA)
