"""Pages that stay put: each row once, whatever comes in meanwhile."""

import random
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(people):
    return f"/v1/projects/{people.project.uuid}/requests"


@pytest.fixture
def client(people, as_user):
    return as_user(people.viewer)


@pytest.fixture
def add(people, make_request):
    def add(count, received_at=lambda index: NOON + timedelta(seconds=index)):
        made = [make_request(people.project, received_at=received_at(i)) for i in range(count)]
        made.sort(key=lambda r: (r.received_at, r.uuid.hex), reverse=True)
        return [str(r.uuid) for r in made]

    return add


def uuids(page):
    return [row["uuid"] for row in page["results"]]


def pages_from(client, url, way="next"):
    while url:
        page = client.get(url).json()
        yield page
        url = page[way]


def test_every_row_comes_exactly_once_while_new_ones_arrive(client, path, add):
    there = add(25)
    seen = []
    for page in pages_from(client, f"{path}?page_size=4"):
        seen += uuids(page)
        add(3, lambda index: NOON + timedelta(hours=1, microseconds=index))
    assert seen == there


@pytest.mark.parametrize("distinct_times", [1, 2, 5])
def test_rows_of_one_time_come_exactly_once_too(distinct_times, client, path, add):
    dice = random.Random(7)
    there = add(23, lambda _: NOON + timedelta(microseconds=dice.randrange(distinct_times)))
    seen = []
    for page in pages_from(client, f"{path}?page_size=5"):
        seen += uuids(page)
        add(2, lambda _: NOON + timedelta(seconds=1))
    assert seen == there


def test_previous_leads_back_over_the_same_pages(client, path, add):
    add(13, lambda index: NOON + timedelta(seconds=index // 4))
    forth = list(pages_from(client, f"{path}?page_size=5"))
    back = list(pages_from(client, forth[-1]["previous"], "previous"))
    assert [uuids(page) for page in back] == [uuids(page) for page in forth[-2::-1]]
    assert (forth[0]["previous"], forth[-1]["next"], back[-1]["previous"]) == (None, None, None)


def test_previous_shows_what_came_in_since(client, path, add):
    add(6)
    second = client.get(client.get(f"{path}?page_size=3").json()["next"]).json()
    first = client.get(second["previous"]).json()
    fresh = add(2, lambda index: NOON + timedelta(hours=1, seconds=index))
    newer = client.get(second["previous"]).json()
    assert uuids(newer) == uuids(first)
    assert uuids(client.get(newer["previous"]).json()) == fresh


def test_pages_emptied_behind_ones_back_still_lead_somewhere(client, path, add, people):
    add(6)
    url = client.get(f"{path}?page_size=3").json()["next"]
    people.project.requests.filter(received_at__lt=NOON + timedelta(seconds=3)).delete()
    empty = client.get(url).json()
    assert (empty["next"], empty["results"]) == (None, [])
    assert len(uuids(client.get(empty["previous"]).json())) == 3


def test_links_are_whole_and_keep_the_page_size(client, path, add):
    add(3)
    page = client.get(f"{path}?page_size=2").json()
    assert page["next"].startswith(f"http://testserver{path}?")
    assert "page_size=2" in page["next"]
    assert set(page) == {"next", "previous", "results"}


@pytest.mark.parametrize(
    ("given", "rows"), [("", 50), ("?page_size=100", 100), ("?page_size=1", 1)]
)
def test_a_page_has_as_many_rows_as_asked_and_fifty_unasked(given, rows, client, path, add):
    add(102, lambda _: NOON)
    assert len(client.get(path + given).json()["results"]) == rows


@pytest.mark.parametrize("size", ["0", "101", "-1", "", "ten", "1e2", "٣", "9" * 5000])
def test_page_sizes_out_of_bounds_are_refused(size, client, path):
    answer = client.get(f"{path}?page_size={size}")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"page_size"}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "%00", "AAAA", *(urlsafe_b64encode(t).decode() for t in (
        b"o1.2", b"o-99999999999999999." + b"0" * 32, b"\xff",
        b"o1." + "٣".encode() * 32,
    ))],
)  # fmt: skip
def test_cursors_the_api_never_gave_are_refused(cursor, client, path):
    answer = client.get(f"{path}?cursor={cursor}")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"cursor"}


def test_projects_come_in_pages_too(people, as_user):
    for index in range(7):
        type(people.project).objects.create(user=people.owner, name=f"Project {index}")
    client = as_user(people.owner)
    names = [
        row["name"]
        for page in pages_from(client, "/v1/projects?page_size=3")
        for row in page["results"]
    ]
    assert names == [*(f"Project {index}" for index in range(6, -1, -1)), "Shop"]
