"""Under real gunicorn: workers forked from one parent each send their own, all of it, to the end."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections import defaultdict

import httpx
import pytest

from embedded.ports import free_port
from tests.services.servers import accepts
from tests.support.conditions import wait_until

WORKERS = 3
REQUESTS = 120
SENDERS = 6
PATIENCE_S = 30

API = """
import os
import flask
from treblle_sdk.flask import Treblle

app = flask.Flask("shop")
reporter = Treblle(app)

@app.post("/orders")
def orders():
    return flask.jsonify(worker=os.getpid(), got=flask.request.get_json())

if os.environ.get("SEEN_BEFORE_THE_FORK"):  # the parent's own thread and connection are there
    app.test_client().post("/orders", json={}).get_data()
    assert reporter.client.flush(10)
"""


class Gunicorn:
    """An API under gunicorn, from a module in `folder`."""

    def __init__(self, folder, intake, *arguments: str, **environment: str) -> None:
        (folder / "shop.py").write_text(textwrap.dedent(API))
        self.port = free_port()
        dsn = intake.url.replace("http://", "http://TOKEN@") + "/PROJECT"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "shop:app", "--chdir", folder),
                *("--bind", f"127.0.0.1:{self.port}", f"--workers={WORKERS}"),
                *("--worker-tmp-dir", folder, "--no-control-socket", *arguments),
            ],
            env={**os.environ, "TREBLLE_DSN": dsn, **environment},
            stderr=subprocess.PIPE,
            text=True,
        )

    def post_all(self) -> set[int]:
        """The process ids of the workers that answered."""
        workers: set[int] = set()

        def post(first: int) -> None:
            # A connection for each request, so that all workers get their share.
            with httpx.Client(headers={"Connection": "close"}, timeout=PATIENCE_S) as client:
                for number in range(first, REQUESTS, SENDERS):
                    url = f"http://127.0.0.1:{self.port}/orders"
                    answer = client.post(url, json={"n": number}).json()
                    assert answer["got"] == {"n": number}
                    workers.add(answer["worker"])

        threads = [threading.Thread(target=post, args=(each,)) for each in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return workers

    def end(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE_S)[1]


@pytest.fixture
def start(intake, tmp_path):
    started = []

    def make(*arguments: str, **environment: str) -> Gunicorn:
        started.append(Gunicorn(tmp_path, intake, *arguments, **environment))
        wait_until(lambda: accepts(started[-1].port))
        return started[-1]

    yield make
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


@pytest.mark.parametrize(
    "arguments",
    [(), ("--preload",), ("--preload", "--worker-class=gthread", "--threads=4")],
    ids=["forked", "preloaded", "threads"],
)
def test_each_worker_sends_all_its_own_until_the_end(start, intake, arguments):
    before = {"SEEN_BEFORE_THE_FORK": "1"} if "--preload" in arguments else {}
    server = start(*arguments, **before)
    workers = server.post_all()
    said = server.end()

    own = [each for each in intake.payloads if "n" in each["data"]["request"]["body"]]
    assert sorted(each["data"]["request"]["body"]["n"] for each in own) == list(range(REQUESTS))
    numbers = defaultdict(list)
    for payload in own:
        numbers[payload["sdk_instance"]].append(payload["seq"])
    assert len(numbers) == len(workers)
    for sequence in numbers.values():
        assert sorted(sequence) == list(range(1, len(sequence) + 1))
    assert {payload["dropped"] for payload in own} == {0}
    assert len(intake.payloads) - len(own) == len(before), "the parent's own, once"
    assert "Traceback" not in said


def test_workers_that_are_replaced_after_some_requests_lose_nothing(start, intake):
    server = start("--max-requests=15")
    server.post_all()
    server.end()

    sent = sorted(each["data"]["request"]["body"]["n"] for each in intake.payloads)
    assert sent == list(range(REQUESTS))
    assert len({payload["sdk_instance"] for payload in intake.payloads}) > WORKERS
