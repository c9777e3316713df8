"""What every test of every part gets: the settings of the deployable it belongs to."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.services import PLUGINS

pytest_plugins = PLUGINS

# How fast values are made says how busy the machine is; speed is for `make bench`. The values are
# the same in each run, so that no unchanged commit turns red; new ones are looked for with
# `pytest --hypothesis-profile=searching`.
PATIENT = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("repeated", PATIENT, derandomize=True)
hypothesis.settings.register_profile("searching", PATIENT)
hypothesis.settings.load_profile("repeated")

ROOT = Path(__file__).parent
DEPLOYABLES = {
    "projects/etl_worker": "treblle_etl",
    "projects/platform": "treblle_platform",
    "projects/api": "treblle_api",
    "projects/website": "treblle_website",
}
TAKEN_FROM_THE_DEPLOYABLE = ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "ASGI_APPLICATION")


def deployable_of(path: Path) -> str | None:
    """The import name of the deployable a test file belongs to; None for packages and `tests/`."""
    place = path.relative_to(ROOT).as_posix()
    return next((name for lead, name in DEPLOYABLES.items() if place.startswith(lead)), None)


@pytest.fixture(autouse=True)
def settings_of_the_deployable(request: pytest.FixtureRequest) -> Iterator[None]:
    name = deployable_of(request.path)
    if name is None:
        yield
        return
    settings = request.getfixturevalue("settings")
    own = importlib.import_module(f"{name}.settings")
    for key in TAKEN_FROM_THE_DEPLOYABLE:
        if hasattr(own, key):
            setattr(settings, key, getattr(own, key))
    yield
