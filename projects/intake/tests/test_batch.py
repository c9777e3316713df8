"""`POST /batch`: many payloads, a result for each."""

import gzip
import json
import uuid

import httpx
import pytest

KEY = "k" * 32


def results_of(answer: httpx.Response) -> list[dict]:
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_line_has_its_result_and_a_bad_one_fails_alone(intake):
    event_id = str(uuid.uuid4())
    lines = [
        b'{"data": 1}',
        b"not json",
        b'{"data": "\xff"}',
        b"[2]",
        json.dumps({"event_id": event_id, "data": 3}).encode(),
        b'{"a":' + b"[" * 100_000,
        b'{"data": 4}',
    ]
    answer = intake.post(b"\n".join(lines), "/batch")
    assert answer.status_code == 202
    results = results_of(answer)
    assert [result["line"] for result in results] == [1, 2, 3, 4, 5, 6, 7]
    assert [result["status"] for result in results] == [202, 400, 400, 400, 202, 400, 202]
    assert all(result["error"]["code"] == "unreadable" for result in results if "error" in result)
    taken = [result["id"] for result in results if "id" in result]
    assert taken[1] == event_id
    assert [intake.line_of(each)["payload"]["data"] for each in taken] == [1, 3, 4]


def test_a_batch_may_be_compressed_and_end_in_line_breaks(intake):
    body = gzip.compress(b'{"data": 1}\r\n\r\n{"data": 2}\r\n\n')
    results = results_of(intake.post(body, "/batch", content_encoding="gzip"))
    assert [intake.line_of(each["id"])["payload"]["data"] for each in results] == [1, 2]


def test_the_lines_of_one_batch_become_durable_in_one_object(start_intake):
    intake = start_intake()
    answer = intake.post(b'{"data": 1}\n' * 500, "/batch")
    assert len(results_of(answer)) == len(intake.lines()) == 500
    assert len(intake.files()) == 1


def test_keys_may_come_with_each_line(intake):
    body = b'{"api_key": "first"}\n{}\n{"api_key": "second"}'
    results = results_of(httpx.post(f"{intake.url}/batch", content=body))
    assert [result["status"] for result in results] == [202, 401, 202]
    assert intake.line_of(results[2]["id"])["api_key"] == "second"


def test_lines_beyond_the_rate_are_refused_one_by_one(start_intake):
    intake = start_intake(INTAKE_RATE_PER_S="0.001")
    body = b'{"api_key": "a"}\n{"api_key": "a"}\n{"api_key": "b"}'
    results = results_of(httpx.post(f"{intake.url}/batch", content=body))
    assert [result["status"] for result in results] == [202, 429, 202]
    assert results[1]["retry_after"] > 900
    again = httpx.post(f"{intake.url}/batch", content=body)
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) > 900


@pytest.mark.parametrize("body", [b"", b"\n \n"])
def test_a_batch_without_a_line_is_refused(intake, body):
    assert intake.post(body, "/batch").status_code == 400


def test_a_batch_of_too_many_lines_is_refused_whole(intake):
    answer = intake.post(b'{"event_id": 1}\n' * 501, "/batch")
    assert answer.status_code == 413
    assert "500" in answer.json()["error"]["message"]


def test_a_batch_is_refused_whole_when_the_store_is_away(start_intake, tmp_path):
    (tmp_path / "raw").write_text("a file where the folder should be")
    intake = start_intake(RAW_STORE_URL=f"file://{tmp_path}/raw")
    answer = intake.post(b'{"data": 1}\nbad', "/batch")
    assert answer.status_code == 503
