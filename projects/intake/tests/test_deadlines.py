"""One limit for many waits: each ends in time, and nobody else's cancelling is taken for it."""

import asyncio

import pytest
from treblle_intake.deadlines import Deadlines

PATIENCE_S = 20


async def wait_within(deadlines: Deadlines, wait_s: float) -> str:
    with deadlines.start():
        await asyncio.sleep(wait_s)
    return "done"


async def test_who_waits_too_long_is_stopped_and_the_others_are_not():
    deadlines = Deadlines(0.3)
    waits = [wait_within(deadlines, wait_s) for wait_s in (60, 0, 60, 0.01)]
    async with asyncio.timeout(PATIENCE_S):
        ends = await asyncio.gather(*waits, return_exceptions=True)
    assert [type(end) for end in ends] == [TimeoutError, str, TimeoutError, str]


async def test_a_limit_holds_again_after_nobody_has_waited_for_a_while():
    deadlines = Deadlines(0.05)
    assert await wait_within(deadlines, 0) == "done"
    await asyncio.sleep(0.6)
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(TimeoutError):
            await wait_within(deadlines, 60)


async def test_a_task_that_is_cancelled_by_others_is_cancelled():
    waiting = asyncio.create_task(wait_within(Deadlines(60), 60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_is_raised_inside_goes_on():
    with pytest.raises(LookupError), Deadlines(60).start():
        raise LookupError
