"""How much is seeded, over which time, and how it spreads over the hours."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby

HOUR = timedelta(hours=1)
# Relative traffic by hour of the day (UTC) and by weekday, Monday first.
BY_HOUR = (5, 4, 3, 3, 4, 6, 10, 16, 24, 30, 33, 34, 32, 33, 35, 36, 34, 30, 26, 22, 18, 14, 10, 7)
BY_WEEKDAY = (100, 104, 106, 103, 94, 52, 46)


@dataclass(frozen=True)
class Plan:
    """What to seed. The same plan gives the same rows, but for their ids, before the same `until`."""

    requests: int
    days: int
    projects: int
    seed: int

    @property
    def name(self) -> str:
        """What the ledger knows it by."""
        return (
            f"seed/{self.seed}/{self.requests}-requests/{self.days}-days/{self.projects}-projects"
        )

    def dice(self, *purpose: object) -> random.Random:
        """Random numbers of that purpose, whatever was drawn for another."""
        return random.Random(f"{self.name}/{purpose}")  # noqa: S311 (nothing is secret here)

    def days_before(self, until: datetime) -> Iterator[tuple[date, list[tuple[datetime, int]]]]:
        """Each day (UTC) with its hours and the requests of each; together exactly `requests`.

        `until` is the beginning of an hour, and the end of the last one.
        """
        hours = [until - HOUR * number for number in range(24 * self.days, 0, -1)]
        counted = list(zip(hours, self._spread(hours), strict=True))
        for day, group in groupby(counted, key=lambda pair: pair[0].date()):
            yield day, list(group)

    def _spread(self, hours: list[datetime]) -> list[int]:
        weights = [BY_HOUR[hour.hour] * BY_WEEKDAY[hour.weekday()] for hour in hours]
        bounds = [self.requests * sum_ // sum(weights) for sum_ in accumulate(weights)]
        return [after - before for before, after in zip([0, *bounds], bounds, strict=False)]
