"""Whether what the intake needs answers: asked in a thread, remembered for a second."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

REMEMBERED_S = 1.0
# A probe that takes longer is a problem by itself.
PROBE_TIMEOUT_S = 3.0


class Readiness:
    """`probes` by name; one raises `OSError` where its service could not be used now."""

    def __init__(self, probes: Mapping[str, Callable[[], None]]) -> None:
        self._probes = probes
        self._checks: dict[str, asyncio.Task[str]] = {}
        self._checked_at: dict[str, float] = {}

    async def problem(self) -> str:
        """What is wrong in a few words, without names of hosts or folders; empty if nothing is."""
        checks = [self._check(name) for name in self._probes]
        await asyncio.wait(checks, timeout=PROBE_TIMEOUT_S)
        return ", ".join(
            f"{name}: {problem}"
            for name, check in zip(self._probes, checks, strict=True)
            if (problem := check.result() if check.done() else "no answer")
        )

    def _check(self, name: str) -> "asyncio.Task[str]":
        """The last check while it runs or is fresh, so that there is never more than one."""
        last = self._checks.get(name)
        now = monotonic()
        if last and (not last.done() or now - self._checked_at[name] < REMEMBERED_S):
            return last
        self._checked_at[name] = now
        self._checks[name] = asyncio.ensure_future(_ask(self._probes[name]))
        return self._checks[name]


async def _ask(probe: Callable[[], None]) -> str:
    try:
        await asyncio.to_thread(probe)
    except OSError as error:
        return type(error).__name__
    return ""
