"""The API as it is run: its own settings, a real server, its logs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from embedded.ports import free_port

PROJECT = Path(__file__).parents[1]
START_WITHIN_S = 30
PASSWORD = "never to be seen in a log"
MAKE_USER = f"""
from treblle_models.models import Project, User
user = User.objects.create_user("ada@example.com", {PASSWORD!r})
Project.objects.create(user=user, name="Shop")
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "treblle_api.settings",
        "SECRET_KEY": "k2J9xQ4vT7mZ1cR8bN5wL3hG6fD0sA-pY_uEoIqXnVtMrCzWjB",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/api.db",
        "BROKER_URL": "redis://127.0.0.1:1/0",
        "CACHE_URL": "redis://127.0.0.1:1/0",
        "CHANNEL_URL": "redis://127.0.0.1:1/0",
        "DETAILS_STORE_URL": f"file://{folder}/details",
    } | more


def manage(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "treblle_api", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=120)


def test_production_like_settings_pass_djangos_deployment_checks(tmp_path):
    done = manage(environment(tmp_path), "check", "--deploy", "--fail-level", "WARNING")
    assert "no issues" in done.stdout


def test_manage_py_and_the_module_are_the_same(tmp_path):
    script = [sys.executable, str(PROJECT / "manage.py"), "check"]
    done = subprocess.run(script, env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == manage(environment(tmp_path), "check").stdout


@pytest.fixture
def running(tmp_path: Path, valkey_url: str) -> Iterator[tuple[str, Path]]:
    """Address and log of an API under uvicorn, with one user and one project."""
    env = environment(
        tmp_path,
        INSECURE_HTTP="1",
        CACHE_URL=f"{valkey_url}/9",
        CHANNEL_URL=f"{valkey_url}/10",
        LOG_FORMAT="json",
        LOG_LEVEL="debug",
    )
    manage(env, "migrate", "-v", "0")
    manage(env, "shell", "-v", "0", "-c", MAKE_USER)
    with serving(env, tmp_path / "log") as address:
        yield address, tmp_path / "log"


@contextmanager
def serving(env: dict[str, str], log: Path) -> Iterator[str]:
    """The address of an API under uvicorn, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "treblle_api.asgi:application", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)  # between two looks; the condition is the answer
    pytest.fail(f"the API did not start:\n{log.read_text()}")


def test_a_journey_over_the_wire_leaves_no_secret_in_the_logs(running):
    address, log = running
    login = {"email": "ada@example.com", "password": PASSWORD}
    with httpx.Client(base_url=address) as client:
        assert client.post("/v1/auth/login", json=login | {"password": "wrong"}).status_code == 401
        token = client.post("/v1/auth/login", json=login).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        listed = client.get("/v1/projects").json()["results"]
        assert [project["name"] for project in listed] == ["Shop"]
        assert client.get(f"/v1/projects/{listed[0]['uuid']}/requests").json()["results"] == []
        chunked = client.post("/v1/projects", content=iter([b'{"name": "x"}']))
        assert chunked.status_code == 411
        assert client.post("/v1/auth/logout").status_code == 204
        assert client.get("/v1/me").status_code == 401
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert any(line["logger"] == "django.request" for line in lines)
    assert token not in text
    assert PASSWORD not in text
