"""How tasks are tried again while the database, or a store, is away."""

from typing import Any, Final

from django.db import InterfaceError, OperationalError
from treblle_service.store import StoreUnavailable

# A task that fails this often is left to the sweeper, which counts too and has an end.
MAX_RETRIES: Final = 6
LONGEST_PAUSE_S: Final = 30
RETRIES: Final[dict[str, Any]] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "max_retries": MAX_RETRIES,
    "retry_backoff": True,
    "retry_backoff_max": LONGEST_PAUSE_S,
    "retry_jitter": True,
}
RETRIES_WITH_STORE: Final[dict[str, Any]] = RETRIES | {
    "autoretry_for": (OperationalError, InterfaceError, StoreUnavailable)
}
