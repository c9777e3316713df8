"""Requests narrowed, sorted and taken away as files."""

import csv
import gzip
import json
from datetime import timedelta
from io import StringIO

import pytest
from treblle_models.summary import summary_of

from projects.api.tests.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(people):
    return f"/v1/projects/{people.project.uuid}/requests"


@pytest.fixture
def client(people, as_user):
    return as_user(people.viewer)


@pytest.fixture
def rows(people, make_request, keep_details):
    told = {
        0: {"country": "NL", "city": "Delft", "metadata": {"plan": "gold", "seat": "7"}},
        1: keep_details({"request": {"body": {"wants": "beetroot"}}, "response": {}}),
        2: {"metadata": {"plan": "free"}} | keep_details({"request": {"body": "leek"}}),
        3: keep_details({"request": {}, "response": {"body": "no BEETROOT left"}}),
    }
    return [
        make_request(
            people.project,
            method=method,
            status=status,
            path=path,
            load_time_ms=ms,
            received_at=NOON + timedelta(minutes=number),
            **told[number],
        )
        for number, (method, status, path, ms) in enumerate(
            [
                ("GET", 200, "/users/7", 10),
                ("POST", 201, "=cmd|' /C calc'!A0", 30),
                ("GET", 404, "/Orders/1", 20),
                ("GET", 503, "/users/8", None),
            ]
        )
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [3, 2, 1, 0]),
        ("status=404&status=5xx", [3, 2]),
        ("method=POST", [1]),
        ("path=orders", [2]),
        ("min_load_time_ms=20", [2, 1]),
        ("start=2026-04-02T12:01:00Z&end=2026-04-02T12:03:00Z", [2, 1]),
        ("sort=received_at", [0, 1, 2, 3]),
        ("sort=-load_time_ms&end=2026-04-03T00:00:00Z", [1, 2, 0, 3]),
        ("customer=0196f1a2-3b4c-7d5e-8f60-718293a4b5c6", []),
        ("has_errors=false", [3, 2, 1, 0]),
        ("method=post", [1]),
        ("country=nl", [0]),
        ("country=-&city=-&agent_kind=-", [3, 2, 1]),
        ("metadata=plan", [2, 0]),
        ("metadata=plan:gold&metadata=seat:7", [0]),
        ("text=GOLD", [0]),
        ("body=Beetroot", [3, 1]),
        ("body=beetroot&status=5xx", [3]),
    ],
)
def test_requests_are_narrowed_and_sorted(query, expected, rows, client, path):
    url, found = f"{path}?page_size=2&{query}", []
    while url:
        page = client.get(url).json()
        found += [each["uuid"] for each in page["results"]]
        url = page["next"]
    assert found == [str(rows[number].uuid) for number in expected]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=4x", "status"),
        ("start=noon", "start"),
        ("endpoint=7", "endpoint.0"),
        ("min_load_time_ms=-1", "min_load_time_ms"),
        ("min_load_time_ms=nan", "min_load_time_ms"),
        ("sort=path", "sort"),
        ("sort=status&end=0001-01-01T00:00:00Z", "end"),
        ("sort=status&end=9999-12-31T23:59:59Z", "end"),
        ("body=x&sort=status", "sort"),
        ("threat_level=extreme", "threat_level"),
        ("cursor=WzFlOTk5LCAxLCAiMDE5NmYxYTIzYjRjN2Q1ZThmNjA3MTgyOTNhNGI1YzYiLCAwXQ", "cursor"),
    ],
)
def test_what_cannot_narrow_is_told_by_parameter(query, field, client, path):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["errors"]


def test_a_csv_opens_in_a_spreadsheet_and_starts_nothing(rows, client, path):
    answer = client.get(f"{path}/export?format=csv&sort=received_at", Accept="text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="requests.csv"'
    lines = list(csv.DictReader(StringIO(b"".join(answer).decode())))
    assert [line["uuid"] for line in lines] == [str(row.uuid) for row in rows]
    assert lines[1]["path"].startswith("'=")


def test_json_holds_what_the_list_shows_in_as_many_chunks_as_it_takes(
    rows, client, path, monkeypatch
):
    monkeypatch.setattr("treblle_api.requests.export.CHUNK_ROWS", 3)
    answer = client.get(f"{path}/export", **{"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    found = json.loads(gzip.decompress(b"".join(answer)))
    assert found == [summary_of(row, None) for row in reversed(rows)]


def test_an_empty_export_is_whole(client, path):
    assert json.loads(b"".join(client.get(f"{path}/export"))) == []
    har = json.loads(b"".join(client.get(f"{path}/export?format=har")))
    assert har["log"]["entries"] == []


def test_a_har_holds_headers_and_bodies(people, client, path, make_request, keep_details):
    details = {
        "request": {"query": {"a": "1"}, "headers": {"accept": "*/*"}, "body": {"x": 1}},
        "response": {"headers": {"content-type": "text/plain"}, "body": "done"},
    }
    make_request(people.project, **keep_details(details))
    har = json.loads(b"".join(client.get(f"{path}/export?format=har&status=2xx")))
    [entry] = har["log"]["entries"]
    assert entry["request"]["headers"] == [{"name": "accept", "value": "*/*"}]
    assert entry["response"]["content"]["text"] == "done"


def test_a_request_tells_which_checks_it_failed(people, client, path, make_request, keep_details):
    from treblle_service.check_catalog import CATALOG

    code = next(iter(CATALOG))
    details = {"request": {}, "response": {}, "checks": [[code, "this"], ["dropped-check", ""]]}
    request = make_request(people.project, regulations="gdpr,pci", **keep_details(details))
    shown = client.get(f"{path}/{request.uuid}").json()
    assert [(each["code"], each["found"]) for each in shown["failed_checks"]] == [(code, "this")]
    assert shown["failed_checks"][0]["title"] == CATALOG[code].title
    assert shown["regulations"] == ["gdpr", "pci"]
    assert "checks" not in shown["details"]
