"""The ETL's pipeline in a loop: keys of raw objects in, rates and what is spent where out, as JSON.

Run by `bench.etl` in a process of its own, with the environment of a worker. Keys go a task's
worth at a time, as the listener would hand them out.
"""

import json
import sys
import time
from typing import Any

import django


def main() -> None:
    django.setup()
    from treblle_etl import pipeline as pipelines
    from treblle_etl.listener import tasks_of
    from treblle_etl.load.loader import Loader

    asked = json.load(sys.stdin)
    pipeline = pipelines.of_this_process()
    pipeline.process(asked["warm"])
    spent = {"extract+transform": 0.0, "details": 0.0, "transaction": 0.0}
    watch(pipeline, "read", spent, "extract+transform")
    watch(Loader, "_put_details", spent, "details")
    watch(Loader, "_write", spent, "transaction")
    events = 0
    began = time.perf_counter()
    for part in tasks_of([(key, 40_000) for key in asked["keys"]]):
        events += pipeline.process(part).events
    total = time.perf_counter() - began
    spent["commit and rest"] = total - sum(spent.values())
    us = {name: seconds * 1e6 / events for name, seconds in spent.items()}
    json.dump({"events_per_s": events / total, "us_per_event": us}, sys.stdout)


def watch(owner: Any, method: str, spent: dict[str, float], name: str) -> None:
    """Add up the time of a method."""
    original = getattr(owner, method)

    def timed(*arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*arguments)
        finally:
            spent[name] += time.perf_counter() - began

    setattr(owner, method, timed)


if __name__ == "__main__":
    main()
