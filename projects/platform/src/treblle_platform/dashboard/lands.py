"""Countries on the dashboard's map: the darker the more requests come from there."""

import math
from dataclasses import dataclass

from treblle_platform import figures
from treblle_platform.dashboard.breakdowns import Breakdown
from treblle_platform.requests.links import RequestLinks
from treblle_platform.world.atlas import countries
from treblle_platform.world.countries import name_of

# From 1 to this; by the logarithm, or all but the first country would look empty.
HOTTEST = 5


@dataclass(frozen=True)
class Land:
    code: str
    heat: int
    title: str
    url: str


def lands_of(by_country: Breakdown, links: RequestLinks) -> list[Land]:
    known = countries()
    shown = [value for value in by_country.all if value.value in known]
    most = max((value.requests for value in shown), default=1)
    return [
        Land(
            code=value.value,
            heat=1 + round((HOTTEST - 1) * math.log1p(value.requests) / math.log1p(most)),
            title=f"{name_of(value.value)}: {figures.count(value.requests)} requests",
            url=links.to(country=value.value),
        )
        for value in shown
    ]
