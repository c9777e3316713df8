"""What is seen by who watches has a queue of its own; all other work waits, or has a worker."""

from types import SimpleNamespace

import pytest
from celery.signals import celeryd_after_setup
from treblle_etl.celery import app


def queue_of(task: str) -> str:
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_requests_wait_for_no_other_work() -> None:
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    others = {name for name in planned if name.startswith("treblle_etl.")}
    assert queue_of("treblle_etl.process_objects") == "etl"
    assert {"treblle_etl.learn", "treblle_etl.score_all", "treblle_etl.purge"} <= others
    assert {queue_of(name) for name in others} == {"etl-background"}


@pytest.mark.parametrize(
    ("told", "done", "niceness"),
    [
        ("etl", ["etl", "etl-background", "etl-slow"], []),
        ("etl,etl-slow", ["etl", "etl-slow"], []),
        ("etl-background", ["etl-background"], [5]),
    ],
)
def test_worker_of_one_queue_does_all_in_order_unless_told_more(
    told: str, done: list[str], niceness: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    nicer: list[int] = []
    monkeypatch.setattr("os.nice", nicer.append)
    before = app.amqp.queues
    try:
        app.amqp.queues = app.amqp.Queues(before.values())
        app.amqp.queues.select(told.split(","))
        celeryd_after_setup.send(sender="worker@here", instance=SimpleNamespace(app=app))
        assert sorted(app.amqp.queues.consume_from) == done
    finally:
        app.amqp.queues = before
    assert nicer == niceness
    assert app.conf.broker_transport_options["queue_order_strategy"] == "sorted"
