"""The pipeline's state as the ETL last measured it, kept in the cache for whoever shows it."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import redis

NAME = "pipeline:state"
# A state nobody renews is of no use, but its age still says when all was last well.
TTL_S = 24 * 3600
TIMEOUT_S = 2.0


@dataclass(frozen=True)
class PipelineState:
    """Seconds, objects, events; `queued_tasks` by the name of the queue."""

    measured_at: datetime
    unprocessed_objects: int = 0
    oldest_unprocessed_s: float = 0.0
    lag_p50_s: float = 0.0
    lag_p99_s: float = 0.0
    events_per_s: float = 0.0
    duplicates_per_s: float = 0.0
    dead_letters: int = 0
    failed_forgettings: int = 0
    event_queue: int = 0
    queued_tasks: dict[str, int] = field(default_factory=dict)


class StateBoard:
    """Where the state is written and read. Raises `redis.RedisError` where the cache is away."""

    def __init__(self, cache_url: str) -> None:
        self._redis: Any = redis.Redis.from_url(
            cache_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )

    def write(self, state: PipelineState) -> None:
        self._redis.set(NAME, json.dumps(asdict(state), default=str), ex=TTL_S)

    def read(self) -> PipelineState | None:
        """None where none was ever measured, or by a release that says it otherwise."""
        text = self._redis.get(NAME)
        if text is None:
            return None
        try:
            found = json.loads(text)
            at = datetime.fromisoformat(found.pop("measured_at"))
            return PipelineState(measured_at=at, **found)
        except (ValueError, TypeError, KeyError):
            return None
