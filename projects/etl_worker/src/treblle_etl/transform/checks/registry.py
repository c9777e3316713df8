"""The checks on requests, by the population they speak of."""

from collections.abc import Mapping
from typing import Final

from treblle_service.check_catalog import CATALOG

from treblle_etl.transform.checks import (
    access,
    content,
    disclosure,
    efficiency,
    semantics,
    transport,
)
from treblle_etl.transform.checks.populations import Population, RequestCheck

_MODULES: Final = (transport, access, disclosure, semantics, content, efficiency)

REQUEST_CHECKS: Final[Mapping[Population, Mapping[str, RequestCheck]]] = {
    population: {
        code: check
        for module in _MODULES
        for code, check in module.CHECKS.get(population, {}).items()
    }
    for population in Population
}


def _counted_in(code: str, population: Population) -> Population:
    """A rate is the share of all requests, though only errors are asked for it."""
    return Population.REQUESTS if CATALOG[code].is_rate else population


# What a check's share of failed requests is a share of.
POPULATION_OF: Final[Mapping[str, Population]] = {
    code: _counted_in(code, population)
    for population, checks in REQUEST_CHECKS.items()
    for code in checks
}
