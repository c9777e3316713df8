"""Group commit, with a store whose puts take as long as the test wants."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from treblle_intake.answers import Refused
from treblle_intake.committer import MAX_QUEUED_EVENTS, Committer, Event
from treblle_service import raw_objects
from treblle_service.store.file_store import FileStore

EVENT = Event("id", datetime.now(UTC), "key", "127.0.0.1", b"{}")
PATIENCE_S = 20


class GatedStore(FileStore):
    """A folder whose puts wait for the gate to open."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.begun = threading.Semaphore(0)
        self.gate = threading.Event()

    def put(self, key: str, data: bytes) -> None:
        self.begun.release()
        assert self.gate.wait(PATIENCE_S)
        super().put(key, data)

    def sizes(self) -> list[int]:
        return [len(raw_objects.decode(key, self.get(key))) for key in self.keys()]


@pytest.fixture
def store(tmp_path):
    return GatedStore(tmp_path)


@pytest.fixture
async def committer(store):
    committer = Committer(store)
    committer.start()
    yield committer
    store.gate.set()
    await committer.stop()


async def one_put_is_under_way(committer, store) -> asyncio.Task:
    first = asyncio.create_task(committer.commit([EVENT], 2))
    assert await asyncio.to_thread(store.begun.acquire, timeout=PATIENCE_S)
    return first


def commits(committer, count: int, size: int = 2) -> list[asyncio.Task]:
    return [asyncio.create_task(committer.commit([EVENT], size)) for _ in range(count)]


async def test_one_event_goes_at_once_and_what_came_meanwhile_together(committer, store):
    first = await one_put_is_under_way(committer, store)
    others = commits(committer, 120)
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(first, *others)
    assert store.sizes() == [1, 120]


async def test_an_object_is_bounded_in_events(committer, store):
    first = await one_put_is_under_way(committer, store)
    others = commits(committer, 1100)
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(first, *others)
    assert store.sizes() == [1, 500, 500, 100]


async def test_an_object_is_bounded_in_bytes(committer, store):
    first = await one_put_is_under_way(committer, store)
    others = commits(committer, 5, size=8 * 1024 * 1024)
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(first, *others)
    assert store.sizes() == [1, 2, 2, 1]


async def test_nobody_is_answered_before_the_put_has_returned(committer, store):
    first = await one_put_is_under_way(committer, store)
    done, _ = await asyncio.wait([first], timeout=0.05)
    assert not done
    store.gate.set()
    await first


async def test_events_beyond_the_queue_are_refused_and_those_in_it_are_kept(committer, store):
    first = await one_put_is_under_way(committer, store)
    full = asyncio.create_task(committer.commit([EVENT] * MAX_QUEUED_EVENTS, 2))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await committer.commit([EVENT], 2)
    assert refused.value.status == 503
    assert refused.value.retry_after_s > 0
    store.gate.set()
    await asyncio.gather(first, full)
    assert sum(store.sizes()) == 1 + MAX_QUEUED_EVENTS


async def test_a_stop_writes_and_answers_what_was_taken_and_takes_no_more(committer, store):
    first = await one_put_is_under_way(committer, store)
    others = commits(committer, 10)
    await asyncio.sleep(0)
    stop = asyncio.create_task(committer.stop())
    store.gate.set()
    await asyncio.gather(first, *others, stop)
    assert store.sizes() == [1, 10]
    with pytest.raises(Refused):
        await committer.commit([EVENT], 2)


async def test_a_waiter_that_was_cancelled_takes_nobody_with_it(committer, store):
    first = await one_put_is_under_way(committer, store)
    first.cancel()
    (other,) = commits(committer, 1)
    await asyncio.sleep(0)
    store.gate.set()
    await other
    assert store.sizes() == [1, 1]


async def test_an_error_nobody_thought_of_is_answered_and_survived(tmp_path, caplog):
    class Broken(FileStore):
        broken = True

        def put(self, key: str, data: bytes) -> None:
            if self.broken:
                raise RuntimeError("unthought of")
            super().put(key, data)

    store = Broken(tmp_path)
    committer = Committer(store)
    committer.start()
    with pytest.raises(Refused):
        await committer.commit([EVENT], 2)
    assert "unthought of" in caplog.text
    store.broken = False
    await committer.commit([EVENT], 2)
    await committer.stop()
