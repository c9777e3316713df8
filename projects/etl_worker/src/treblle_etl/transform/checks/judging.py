"""All checks on one request, in a few microseconds."""

from typing import Final

from treblle_service.check_catalog import CATALOG

from treblle_etl.event import Checked, Event, Place
from treblle_etl.transform.checks.access import ATTACKS
from treblle_etl.transform.checks.facts import facts_of
from treblle_etl.transform.checks.populations import POPULATIONS, RequestCheck, kind_of
from treblle_etl.transform.checks.registry import REQUEST_CHECKS
from treblle_etl.transform.checks.regulations import regulations_of

# As rows, so that the loop below looks nothing up: (code, check, threat level, is a rate).
_Row = tuple[str, RequestCheck, int, bool]
_ROWS: Final[dict[str, tuple[tuple[str, ...], tuple[_Row, ...]]]] = {
    kind: (
        tuple(population.value for population in populations),
        tuple(
            (code, check, int(CATALOG[code].threat), CATALOG[code].is_rate)
            for population in populations
            for code, check in REQUEST_CHECKS[population].items()
            if code not in ATTACKS
        ),
    )
    for kind, populations in POPULATIONS.items()
}
# Only for requests that look like one.
_ATTACKS: Final[tuple[_Row, ...]] = tuple(
    (code, check, int(CATALOG[code].threat), False) for code, check in ATTACKS.items()
)


def check_request(
    event: Event,
    *,
    template: str | None,
    place: Place,
    disabled: frozenset[str] = frozenset(),
) -> Checked:
    """What failed, the threat level and the regulations of one event as it was sent.

    Nothing of `disabled` counts. Findings hold names and statuses only and may be shown.
    """
    facts = facts_of(event, template, place)
    populations, rows = _ROWS[kind_of(facts)]
    if facts.attacks:
        rows += _ATTACKS
    failed: list[tuple[str, str]] = []
    rates: list[str] = []
    threat = 0
    for code, check, threat_level, is_rate in rows:
        found = check(facts)
        if found and code not in disabled:
            if is_rate:
                rates.append(code)
                continue
            failed.append((code, found))
            if threat_level > threat:
                threat = threat_level
    return Checked(
        populations=populations,
        failed=tuple(failed),
        rates=tuple(rates),
        threat_level=threat,
        regulations=regulations_of(facts),
    )
