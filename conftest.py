"""What every test of every part gets: the settings of the deployable it belongs to."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.services import PLUGINS

pytest_plugins = PLUGINS

# How fast values are made says how busy the machine is; speed is for `make bench`.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

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
