"""What a project wishes of the transform, apart from its row in the database."""

import re
from typing import TYPE_CHECKING

import msgspec

from treblle_etl.transform.paths import Templates

if TYPE_CHECKING:
    from treblle_etl.transform.masking import Masker


class ProjectSettings(msgspec.Struct, frozen=True):
    """Made once a project and change of its settings, used for each of its events."""

    masker: "Masker"
    # What was learned of its paths.
    templates: Templates = msgspec.field(default_factory=Templates)
    # Codes of checks that are switched off.
    disabled_checks: frozenset[str] = frozenset()
    # Where an API customer's id stands besides the headers that Treblle knows: a header's name in
    # lower case, a claim of the bearer token by its path (`sub`, `user.id`).
    customer_header: str = ""
    customer_claim: str = ""
    # Routes that are not taken in, and the share of the other requests that is, 0 to 1.
    excluded: "re.Pattern[str] | None" = None
    sampling_rate: float = 1.0
