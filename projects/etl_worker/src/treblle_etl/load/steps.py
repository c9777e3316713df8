"""What a batch does inside its transaction, in order: the registry of this room.

Every step takes the whole batch and makes few statements of it. Steps lock rows in the order of
their keys and run in this order everywhere, so that two workers never wait for each other.
"""

from collections.abc import Callable

from treblle_etl.load import (
    checks,
    customers,
    endpoints,
    problems,
    rollups,
    sdk_hours,
    usage,
)
from treblle_etl.load.batch import Batch

Step = Callable[[Batch], None]

# Fill in columns of the rows that name other rows, made where they are new.
BEFORE_ROWS: tuple[Step, ...] = (
    endpoints.fill,
    customers.fill_customers,
    customers.fill_environments,
    problems.fill,
)
# Count what went in.
AFTER_ROWS: tuple[Step, ...] = (
    endpoints.mark_seen,
    rollups.add,
    checks.keep,
    customers.count_endpoints,
    problems.count,
    sdk_hours.add,
    usage.add,
)
