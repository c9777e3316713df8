"""What the process loads, what it says when its settings are wrong, and what it never logs."""

import os
import signal
import subprocess
import sys

import pytest

UNWANTED = ("django", "boto3", "botocore", "sqlite3", "MySQLdb", "pymysql", "psycopg", "celery")
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "RAW_STORE_URL": "file:///nonexistent/raw",
    "EVENTS_URL": "redis://127.0.0.1:1/0",
}


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**ENVIRONMENT, **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_application_loads_no_django_no_database_and_no_boto3():
    script = "import sys, treblle_intake.asgi; print(*sys.modules)"
    done = run("-c", script)
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "treblle_intake" in loaded
    assert loaded.isdisjoint(UNWANTED)


def test_a_put_waits_less_for_a_busy_event_loop_than_python_lets_it():
    usual = "import sys; print(sys.getswitchinterval())"
    intake = "import treblle_intake.asgi; " + usual
    assert float(run("-c", intake).stdout) <= float(run("-c", usual).stdout) / 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAW_STORE_URL", ""),
        ("EVENTS_URL", "http://somewhere"),
        ("INTAKE_RATE_PER_S", "-1"),
        ("INTAKE_RATE_PER_S", "nan"),
        ("INTAKE_MEMORY_MB", "1"),
        ("INTAKE_READ_TIMEOUT_S", "0"),
        ("INTAKE_TRUSTED_PROXIES", "somewhere"),
        ("INTAKE_SENDS_EVENTS", "maybe"),
        ("INTAKE_PORT", "http"),
    ],
)
def test_a_wrong_setting_stops_the_start_in_one_line_with_its_name(name, value):
    done = run("-m", "treblle_intake", **{name: value})
    assert done.returncode != 0
    assert done.stderr.startswith(f"{name}: ")
    assert done.stderr.count("\n") == 1


def test_keys_payloads_and_addresses_are_never_logged(start_intake):
    intake = start_intake(LOG_LEVEL="debug", LOG_FORMAT="json", INTAKE_TRUSTED_PROXIES="127.0.0.1")
    key, secret, address = "a-key-of-somebody", "a-secret-of-somebody", "203.0.113.77"
    for body in (b'{"data": "%s"}' % secret.encode(), b'{"data": "%s' % secret.encode(), b""):
        intake.post(body, x_api_key=key, x_forwarded_for=address)
        intake.post(body, "/batch", x_api_key=key, x_forwarded_for=address)
    intake.signal(signal.SIGTERM)
    intake.ended()
    said = "".join(intake.log)
    assert '"status": 400' in said, "refusals are told at this level"
    for private in (key, secret, address, "127.0.0.1 - "):
        assert private not in said
