"""What a worker's side port tells, of a worker started as docker-compose.yml starts it."""

import sys

import httpx
from celery import Celery

from embedded.ports import free_port
from embedded.surroundings import BROKER
from embedded.system import ROOT, System
from tests.contract.deployments import in_compose
from tests.support.conditions import wait_until
from tests.system.conftest import running

TASK = "treblle_etl.publish_quotas"
QUEUE = "measured"


def test_tasks_a_worker_has_run_are_in_its_metrics(system: System) -> None:
    """With a pool that forks they would be counted in a child that nobody asks."""
    port = free_port()
    words = [
        QUEUE if word == "etl,etl-slow" else word for word in in_compose()["etl-worker"].command
    ]
    environment = system.around.environment("etl") | {"METRICS_PORT": str(port)}
    token = environment["METRICS_TOKEN"]
    command = [sys.executable, "-m", *words, "-n", "measured@%h"]
    with running(command, ROOT, environment, port) as client:
        app = Celery("test", broker=system.around.valkey_url(BROKER), set_as_current=False)
        app.send_task(TASK, queue=QUEUE)
        app.close()

        def lines() -> list[str]:
            answer: httpx.Response = client.get(
                "/metrics", headers={"Authorization": f"Bearer {token}"}
            )
            return [line for line in answer.text.splitlines() if TASK in line and "_count" in line]

        wait_until(lambda: bool(lines()), within_s=60)
        (line,) = lines()
        assert 'outcome="success"' in line
        assert line.endswith((" 1", " 1.0"))
