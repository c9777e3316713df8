"""Size, memory, time and rate: what is too much is answered, and costs the intake little."""

import gzip
import json
import select
import zlib
from collections.abc import Iterator

import httpx
import pytest
import zstandard

KEY = "k" * 32
MB = 1024 * 1024
PATIENCE_S = 20
ELEVEN_MB = json.dumps({"data": "x" * 11_000_000}).encode()
TEN_MB = json.dumps({"data": {"response": {"body": "x" * 10 * MB}}}).encode()
BOMB_MB = 400
# Several times the largest body, for its copies; a fraction of the bomb.
ALLOWED_GROWTH_MB = 80


def pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + 65536] for start in range(0, len(body), 65536))


def head(length: int, path: str = "/") -> bytes:
    lines = f"POST {path} HTTP/1.1", "host: x", f"x-api-key: {KEY}", f"content-length: {length}"
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def answer_on(connection) -> bytes:
    """All the server says until it closes the connection."""
    said = b""
    while part := connection.recv(65536):
        said += part
    return said


def test_ten_megabytes_are_taken(intake):
    assert intake.post(TEN_MB).status_code == 202


@pytest.mark.parametrize("path", ["/", "/batch"])
def test_a_body_too_large_is_refused_when_announced(intake, path):
    answer = intake.post(ELEVEN_MB, path)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_an_announced_size_is_refused_before_the_body_is_sent(intake):
    with intake.connect() as connection:
        connection.sendall(head(len(ELEVEN_MB)))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_too_large_is_refused(intake):
    answer = intake.client.post("/", content=pieces(ELEVEN_MB))
    assert answer.status_code == 413


def test_a_body_without_end_is_cut_off(intake):
    with intake.connect() as connection:
        connection.sendall(head(0).replace(b"content-length: 0", b"transfer-encoding: chunked"))
        chunk = b"%x\r\n%s\r\n" % (MB, b"x" * MB)
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            connection.sendall(chunk * 200)


def gzip_bomb() -> bytes:
    stream = zlib.compressobj(9, wbits=31)
    return b"".join([*(stream.compress(bytes(MB)) for _ in range(BOMB_MB)), stream.flush()])


def zstd_bomb() -> bytes:
    stream = zstandard.ZstdCompressor(level=1).compressobj()
    return b"".join([*(stream.compress(bytes(MB)) for _ in range(BOMB_MB)), stream.flush()])


def many_members() -> bytes:
    return gzip.compress(bytes(MB)) * BOMB_MB


@pytest.mark.parametrize(
    ("encoding", "bomb"), [("gzip", gzip_bomb), ("zstd", zstd_bomb), ("gzip", many_members)]
)
def test_a_compression_bomb_is_refused_and_never_held(start_intake, encoding, bomb):
    intake = start_intake()
    intake.post(TEN_MB)
    body, before = bomb(), intake.peak_mb()
    answer = intake.post(body, content_encoding=encoding)
    assert answer.status_code == 413
    assert intake.peak_mb() - before < ALLOWED_GROWTH_MB
    assert len(intake.lines()) == 1


def test_a_slow_client_holds_up_nobody_and_is_cut_off(start_intake):
    intake = start_intake(INTAKE_READ_TIMEOUT_S="0.5")
    with intake.connect() as slow, intake.connect() as silent:
        slow.sendall(head(100) + b'{"data"')
        silent.sendall(head(100))
        assert intake.post({}).status_code == 202
        assert answer_on(slow).startswith(b"HTTP/1.1 408 ")
        assert answer_on(silent).startswith(b"HTTP/1.1 408 ")
    assert len(intake.lines()) == 1


def test_bodies_beyond_the_memory_are_refused_until_there_is_room(start_intake):
    intake = start_intake(INTAKE_MEMORY_MB="32")
    body = json.dumps({"data": "x" * 10_000_000}).encode()
    connections = [intake.connect() for _ in range(8)]
    for connection in connections:
        connection.sendall(head(len(body)) + body[:-1])
    refused, _, _ = select.select(connections, (), (), PATIENCE_S)
    assert refused
    taken = [connection for connection in connections if connection not in refused]
    for connection in refused:
        said = connection.recv(65536)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1\r\n" in said
    for connection in taken:
        connection.sendall(body[-1:])
    statuses = [connection.recv(65536)[9:12] for connection in taken]
    for connection in connections:
        connection.close()
    assert set(statuses) <= {b"202", b"503"}
    assert intake.post(body).status_code == 202
    assert len(intake.lines()) == statuses.count(b"202") + 1


def test_a_key_that_sends_too_fast_is_refused_and_others_are_not(start_intake):
    intake = start_intake(INTAKE_RATE_PER_S="0.25")
    assert intake.post({}).status_code == 202
    answer = intake.post({})
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_fast"
    assert answer.headers["retry-after"] in ("3", "4")
    assert intake.post({}, x_api_key="another").status_code == 202
    assert httpx.post(intake.url, json={"api_key": KEY}).status_code == 429


def test_by_default_a_key_may_send_two_thousand_events_a_second(start_intake):
    intake = start_intake(INTAKE_RATE_PER_S="")
    results = "".join(intake.post(b"{}\n" * 500, "/batch").text for _ in range(6))
    assert results.count('"status": 202') == 3000
