"""One account's bulk does not hold up others: it is put aside, durably, and loaded later."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from treblle_etl import fairness
from treblle_etl.listener import BYTES_PER_TASK, KEYS_PER_TASK, tasks_of
from treblle_etl.pipeline import Pipeline
from treblle_models.identity import uuid7
from treblle_models.models import Project, Request, User
from treblle_service import raw_objects
from treblle_service.store import ObjectStore

from tests.support.payloads import django_payload

AT = "2026-03-01T12:00:00+00:00"


def line(api_key: str, custom_id: str) -> bytes:
    body = json.dumps(django_payload() | {"api_key": api_key, "project_id": custom_id}).encode()
    return raw_objects.line(str(uuid7()), AT, api_key, "", body)


@pytest.fixture
def put(raw_store: ObjectStore) -> Callable[..., str]:
    def write(lines: list[bytes]) -> str:
        from datetime import UTC, datetime

        key = raw_objects.key_for(datetime.now(UTC), str(uuid7()))
        raw_store.put(key, raw_objects.encode(lines))
        return key

    return write


@pytest.mark.django_db
def test_bulk_of_one_account_waits_while_others_are_loaded(
    project: Project, put: Callable[..., str], pipeline: Pipeline
) -> None:
    small = User.objects.create_user("small@shop.example", api_key="S" * 32)
    quiet = Project.objects.create(user=small, name="Quiet", custom_id="Q" * 16)
    bulk = [line("K" * 32, "P" * 16) for _ in range(fairness.FAIR_EVENTS + 30)]
    key = put([*bulk, line("S" * 32, "Q" * 16)])
    loaded, put_aside = pipeline.process_fairly([key])
    assert loaded.events == fairness.FAIR_EVENTS + 1
    assert Request.objects.filter(project=quiet).count() == 1
    # Run again, as after a lost acknowledgement, nothing is put aside anew.
    assert pipeline.process_fairly([key]) == (type(loaded)(), [])
    assert pipeline.process(put_aside).events == 30
    assert Request.objects.filter(project=project).count() == len(bulk)


@pytest.mark.django_db
def test_lone_sender_is_never_slowed(
    project: Project, put: Callable[..., str], pipeline: Pipeline
) -> None:
    del project
    key = put([line("K" * 32, "P" * 16) for _ in range(fairness.FAIR_EVENTS + 30)])
    loaded, put_aside = pipeline.process_fairly([key])
    assert (loaded.events, put_aside) == (fairness.FAIR_EVENTS + 30, [])


def test_lines_that_cannot_be_read_are_a_sender_of_their_own() -> None:
    many = [(number, b"nonsense") for number in range(fairness.FAIR_EVENTS + 5)]
    now, later = fairness.split([[*many, (999, line("K" * 32, "P" * 16))]])
    assert (len(now[0]), len(later)) == (fairness.FAIR_EVENTS + 1, 5)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([1] * (KEYS_PER_TASK + 1), [KEYS_PER_TASK, 1]),
        ([BYTES_PER_TASK, 1, 1], [1, 2]),
        ([BYTES_PER_TASK * 9], [1]),
        ([BYTES_PER_TASK // 2] * 5, [2, 2, 1]),
        ([], []),
    ],
)
def test_task_takes_few_objects_and_of_large_ones_fewer(
    sizes: list[Any], expected: list[int]
) -> None:
    tasks = list(tasks_of([(str(number), size) for number, size in enumerate(sizes)]))
    assert [len(keys) for keys in tasks] == expected
    assert [key for keys in tasks for key in keys] == [str(n) for n in range(len(sizes))]
