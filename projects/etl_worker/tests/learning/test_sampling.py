"""Which requests' bodies a run of learning reads."""

from uuid import UUID

from treblle_etl.learning.exchanges import MAX_BODIES, WELL_KNOWN, Row, sampled

ENDPOINTS = range(1, 151)


def rows(run: int) -> list[tuple[int, Row]]:
    """Ten requests of each endpoint, other ones in each run."""
    return [
        (endpoint, Row(UUID(int=run << 64 | endpoint << 8 | number), endpoint, "GET", "/x", 200, 9))
        for endpoint in ENDPOINTS
        for number in range(10)
    ]


def test_every_endpoint_has_its_turn_where_there_are_more_than_a_run_reads() -> None:
    known = dict.fromkeys(ENDPOINTS, WELL_KNOWN)
    runs = [sampled(rows(run), known) for run in range(1, 21)]
    assert all(len(run) == MAX_BODIES for run in runs)
    assert {endpoint for run in runs for endpoint, _ in run} == set(ENDPOINTS)


def test_who_is_hardly_known_goes_first() -> None:
    known = dict.fromkeys(ENDPOINTS, WELL_KNOWN) | {149: 3, 150: 0}
    for run in range(1, 6):
        chosen = {endpoint for endpoint, _ in sampled(rows(run), known)}
        assert {149, 150} <= chosen


def test_requests_whose_details_were_not_kept_are_not_read() -> None:
    row = Row(UUID(int=1), 1, "GET", "/x", 200, 0)
    assert sampled([(1, row)], {}) == []
