from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_type_hints

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_api.requests.serializers import RequestSummarySerializer
from treblle_models.summary import RequestSummary, summary_of
from treblle_service.sealed_frames import DetailsKeys

pytestmark = pytest.mark.django_db

DETAILS = {
    "request": {"query": {"x": "1"}, "headers": {"accept": "*/*"}, "body": {"name": "Zoë"}},
    "response": {"headers": {}, "body": [1, None, "two"]},
    "errors": [{"source": "onError", "type": "E", "message": "m", "file": None, "line": None}],
    "server": {},
    "language": {},
}


@pytest.fixture
def path(people):
    return f"/v1/projects/{people.project.uuid}/requests"


def test_the_list_speaks_of_a_request_as_every_part_does(
    people, path, as_user, make_request, make_endpoint
):
    endpoint = make_endpoint(people.project, "/users/{id}")
    request = make_request(people.project, endpoint=endpoint, error_count=2, load_time_ms=1.5)
    listed = as_user(people.viewer).get(path).json()["results"]
    assert listed == [summary_of(request, "/users/{id}")]


def test_the_document_names_the_fields_of_the_summary():
    assert list(RequestSummarySerializer().fields) == list(get_type_hints(RequestSummary))


def test_the_list_holds_no_other_projects_requests(people, path, as_user, make_request):
    other = type(people.project).objects.create(user=people.owner, name="Other")
    make_request(other)
    mine = make_request(people.project)
    assert [r["uuid"] for r in as_user(people.owner).get(path).json()["results"]] == [
        str(mine.uuid)
    ]


def test_a_request_is_shown_whole(people, path, as_user, make_request, keep_details, make_endpoint):
    claimed = datetime(2016, 1, 1, tzinfo=UTC)
    request = make_request(
        people.project,
        endpoint=make_endpoint(people.project, "/users/{id}"),
        claimed_requested_at=claimed,
        request_size_bytes=11,
        ip="192.0.2.7",
        sdk="django",
        **keep_details(DETAILS),
    )
    shown = as_user(people.viewer).get(f"{path}/{request.uuid}").json()
    assert summary_of(request, "/users/{id}").items() <= shown.items()
    assert (shown["details"], shown["details_missing"]) == (DETAILS, None)
    assert datetime.fromisoformat(shown["claimed_requested_at"]) == claimed
    assert (shown["request_size_bytes"], shown["ip"], shown["sdk"]) == (11, "192.0.2.7", "django")
    assert not {"id", "project_id", "details_key"} & set(shown)


def test_encrypted_details_are_shown_and_without_their_key_said_to_be_unreadable(
    people, path, as_user, make_request, keep_details, settings
):
    settings.DETAILS_KEYS = DetailsKeys(["k" * 40])
    request = make_request(people.project, **keep_details(DETAILS))
    shown = as_user(people.owner).get(f"{path}/{request.uuid}").json()
    assert shown["details"] == DETAILS
    settings.DETAILS_KEYS = DetailsKeys(["another" * 6])
    shown = as_user(people.owner).get(f"{path}/{request.uuid}").json()
    assert (shown["details"], shown["details_missing"]) == (None, "unreadable")


def test_a_request_without_details_says_so(people, path, as_user, make_request):
    shown = as_user(people.owner).get(f"{path}/{make_request(people.project).uuid}").json()
    assert (shown["details"], shown["details_missing"]) == (None, "none")


def test_details_removed_by_retention_leave_the_rest(people, path, as_user, make_request):
    request = make_request(people.project, details_key="details/v1/gone.frames", details_length=9)
    shown = as_user(people.owner).get(f"{path}/{request.uuid}").json()
    assert (shown["details"], shown["details_missing"]) == (None, "expired")


def test_a_store_that_is_away_leaves_the_rest(
    people, path, as_user, make_request, settings, tmp_path
):
    (tmp_path / "file").write_text("a file where a folder is wanted")
    settings.DETAILS_STORE_URL = f"file://{tmp_path}/file"
    request = make_request(people.project, details_key="a/b", details_length=9)
    shown = as_user(people.owner).get(f"{path}/{request.uuid}").json()
    assert (shown["details"], shown["details_missing"]) == (None, "unavailable")


def test_damaged_details_leave_the_rest(
    people, path, as_user, make_request, keep_details, settings, caplog
):
    place = keep_details(DETAILS)
    folder = Path(settings.DETAILS_STORE_URL.removeprefix("file://"))
    (folder / place["details_key"]).write_bytes(b"\0" * 200)
    request = make_request(people.project, **place)
    shown = as_user(people.owner).get(f"{path}/{request.uuid}").json()
    assert (shown["details"], shown["details_missing"]) == (None, "unreadable")
    assert str(request.uuid) in caplog.text


def test_the_list_costs_as_many_queries_for_fifty_as_for_one(
    people, path, as_user, make_request, make_endpoint
):
    client = as_user(people.owner)
    client.get("/v1/me")
    counts = []
    for more in (1, 49):
        for index in range(more):
            endpoint = make_endpoint(people.project, f"/{more}/{index}")
            make_request(people.project, endpoint=endpoint)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts == [3, 3]


def test_a_request_costs_three_queries(people, path, as_user, make_request):
    client, request = as_user(people.owner), make_request(people.project)
    client.get("/v1/me")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{path}/{request.uuid}")
    assert len(queries) == 3


def test_times_are_utc_with_microseconds_everywhere(people, path, as_user, make_request):
    half = datetime(2026, 4, 2, 14, 0, tzinfo=UTC) + timedelta(microseconds=7)
    request = make_request(people.project, received_at=half, claimed_requested_at=half)
    shown = as_user(people.owner).get(f"{path}/{request.uuid}").json()
    assert shown["received_at"] == "2026-04-02T14:00:00.000007+00:00"
    assert shown["claimed_requested_at"] == "2026-04-02T14:00:00.000007+00:00"
