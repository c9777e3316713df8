"""Traffic of an API without a framework's routes, loaded as ever, and rounds of learning."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from treblle_etl.learning import published
from treblle_etl.learning.project import Learned, learn_project
from treblle_etl.pipeline import Pipeline
from treblle_models.models import Project
from treblle_service.store import ObjectStore

# A request: (method, path) with status, body and headers where they matter.
Load = Callable[..., None]


@pytest.fixture
def load(
    project: Project,
    payload: Callable[..., dict[str, Any]],
    put_raw: Callable[..., str],
    pipeline: Pipeline,
) -> Load:
    """`load([("GET", "/users/1"), …], status=…, body=…)`: as a worker loads them."""

    def load(requests: Iterable[tuple[str, str]], **changes: Any) -> None:
        payloads = []
        for method, path in requests:
            made = payload(**{f"data.{name}": value for name, value in changes.items()})
            made["data"]["request"] |= {"method": method, "url": f"http://shop.example{path}"}
            made["data"]["request"].pop("route_path", None)
            payloads.append(made)
        # As when some seconds passed: what was learned meanwhile is asked for again.
        pipeline._settings.clear()
        pipeline.process([put_raw(*payloads)])

    return load


@pytest.fixture
def learn(project: Project, details_store: ObjectStore) -> Callable[[], Learned]:
    """A run over all that was loaded."""
    return lambda: learn_project(project, details_store, until=datetime.now(UTC))


@pytest.fixture
def template_of(project: Project) -> Callable[..., str | None]:
    """What a worker that starts now says."""
    return lambda method, path, status=200: (
        published.Published().of(project.pk).of(method, path, status)
    )
