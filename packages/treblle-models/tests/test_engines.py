"""The promise of `tests/services/databases.py`: both engines, rolled back, threads included."""

import threading

import pytest
from django.db import connection, transaction
from treblle_models.models import User

EXPECTED_VENDOR = {"sqlite": "sqlite", "mariadb": "mysql", "singlestore": "singlestore"}


@pytest.mark.django_db
def test_a_test_runs_on_the_engine_in_its_name(database_engine: str) -> None:
    assert connection.vendor == EXPECTED_VENDOR[database_engine]


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_is_gone_for_the_next(turn: int) -> None:
    assert not User.objects.exists()
    User.objects.create_user("ana@example.com")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(turn: int) -> None:
    assert not User.objects.exists()
    with transaction.atomic():
        User.objects.create_user("ana@example.com")


@pytest.mark.django_db
def test_what_waits_for_the_commit_runs_when_captured(django_capture_on_commit_callbacks) -> None:
    done: list[str] = []
    with django_capture_on_commit_callbacks(execute=True):
        transaction.on_commit(lambda: done.append("ran"))
    assert done == ["ran"]


@pytest.mark.django_db(transaction=True)
def test_a_thread_is_on_the_same_database() -> None:
    User.objects.create_user("ana@example.com")
    seen: list[tuple[str, int]] = []

    def look() -> None:
        seen.append((connection.vendor, User.objects.count()))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(connection.vendor, 1)]
