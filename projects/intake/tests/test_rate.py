"""The token bucket under a clock of the test's own."""

from hypothesis import given
from hypothesis import strategies as st
from treblle_intake.rate import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(limit: RateLimit, tries: int, key: str = "a") -> int:
    return sum(limit.take(key) == 0 for _ in range(tries))


def test_twice_the_rate_goes_at_once_and_then_the_rate():
    clock = Clock()
    limit = RateLimit(10, clock=clock)
    assert taken(limit, 100) == 20
    clock.now += 1
    assert taken(limit, 100) == 10
    clock.now += 60
    assert taken(limit, 100) == 20


def test_a_refusal_says_the_whole_seconds_after_which_there_is_a_token():
    clock = Clock()
    limit = RateLimit(0.25, clock=clock)
    assert limit.take("a") == 0
    assert limit.take("a") == 4
    clock.now += 2.5
    assert limit.take("a") == 2
    clock.now += 2
    assert limit.take("a") == 0


def test_a_rate_of_zero_refuses_nothing_and_remembers_nobody():
    limit = RateLimit(0)
    assert taken(limit, 1000) == 1000
    assert len(limit) == 0


def test_no_more_keys_are_remembered_than_allowed_and_the_busiest_are_kept():
    limit = RateLimit(1, max_keys=100, clock=Clock())
    assert taken(limit, 5, "busy") == 2
    for number in range(1000):
        assert limit.take(f"key {number}") == 0
        assert len(limit) <= 100
    assert limit.take("busy") > 0


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.1, 50))
def test_never_more_than_burst_and_rate_allow(pauses, rate):
    clock = Clock()
    limit = RateLimit(rate, clock=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += taken(limit, 3)
    assert passed <= max(2 * rate, 1) + rate * (clock.now - 1000) + 1e-6
