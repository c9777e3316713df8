"""The whole system, running: every process real, on free ports and a folder of its own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from demo.places import write_database
from demo.sdk_gateway import SdkGateway
from embedded.ports import Ports, free_port
from embedded.surroundings import Choices, inherited
from embedded.system import ROOT, System
from tests.support.conditions import wait_until
from tests.support.watching import Account, make_account

PARTS = ("intake", "etl", "platform", "api")


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system")
    places = folder / "places.mmdb"
    write_database(places)
    choices = Choices(geoip_path=str(places), log_level="warning")
    with System(folder / "data", Ports.free(), choices, parts=PARTS) as system:
        yield system
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def account(system: System) -> Account:
    return make_account(system)


@pytest.fixture(scope="session")
def gateway(system: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SdkGateway]:
    with SdkGateway(tmp_path_factory.mktemp("gateway"), system.ports.intake) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def django_api(account: Account, gateway: SdkGateway) -> Iterator[httpx.Client]:
    """The sample Django API, watched by the unmodified PyPI `treblle`."""
    port = free_port()
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    folder = ROOT / "examples" / "django_api"
    with running(command, folder, keys(account) | gateway.python_environment(), port) as client:
        yield client


@pytest.fixture(scope="session", params=["@treblle/express", "treblle"])
def express_api(
    request: pytest.FixtureRequest, account: Account, gateway: SdkGateway
) -> Iterator[httpx.Client]:
    """The sample Express API, watched by each of the unmodified npm packages."""
    port = free_port()
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    folder = ROOT / "examples" / "express_api"
    environment = keys(account) | gateway.node_environment() | {"TREBLLE_SDK": request.param}
    with running([node, "server.js", str(port)], folder, environment, port) as client:
        yield client


def keys(account: Account) -> dict[str, str]:
    return {"TREBLLE_SDK_TOKEN": account.api_key, "TREBLLE_API_KEY": account.project_id}


class running:
    """A sample API as a process; gives a client that speaks as a visitor from afar."""

    def __init__(
        self, command: list[str], folder: Path, environment: Mapping[str, str], port: int
    ) -> None:
        self._command = command
        self._folder = folder
        self._environment = {**inherited(), **environment}
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)

    def __enter__(self) -> httpx.Client:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, within_s=60)
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait(30)

    def _answers(self) -> bool:
        assert self._process.poll() is None, f"{self._command} has ended"
        try:
            return self._client.get("/favicon.ico").status_code < 500
        except httpx.TransportError:
            return False
