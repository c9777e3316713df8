"""Real processes: what is sent at the end of one, and after a fork."""

import subprocess
import sys
import textwrap
import time

import pytest

START = """
import os, sys, threading
from treblle_sdk.client import Client
from treblle_sdk.environ import exchange_from
from treblle_sdk.options import Options

def exchange(path):
    environ = {"HTTP_HOST": "api.example", "CONTENT_TYPE": "application/json"}
    seen = exchange_from(environ, "wsgi", path, "http")
    seen.status = 200
    return seen

client = Client(Options(sdk_token="K", api_key="P", intake_url=sys.argv[1], linger_s=float(sys.argv[2]), flush_s=2.0))
"""


@pytest.fixture
def run(intake):
    def run_script(script: str, *, linger_s: float = 0.0, url: str = "") -> str:
        command = [sys.executable, "-c", START + textwrap.dedent(script)]
        command += [url or intake.url, str(linger_s)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return done.stderr

    return run_script


def test_what_waits_at_the_end_of_the_process_is_sent(run, intake):
    run("for each in range(300): client.record(exchange(f'/{each}'))", linger_s=60)

    assert [payload["seq"] for payload in intake.payloads] == list(range(1, 301))


def test_a_process_that_recorded_nothing_ends_at_once_and_silently(run, intake):
    assert run("") == ""
    assert intake.batches == []


def test_an_intake_that_hangs_holds_up_the_end_only_for_so_long(run, intake):
    intake.behave = lambda handler, batch: time.sleep(20)

    began = time.monotonic()
    said = run("client.record(exchange('/'))")

    assert time.monotonic() - began < 10
    assert "1 requests were not sent" in said


def test_parent_and_children_of_a_fork_each_send_their_own_once(run, intake):
    run("""
        client.record(exchange("/parent/before"))
        children = []
        for number in range(3):
            child = os.fork()
            if child == 0:
                client.record(exchange(f"/child/{number}"))
                client.close()
                os._exit(0)
            children.append(child)
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        client.record(exchange("/parent/after"))
    """, linger_s=0.2)  # fmt: skip

    urls = sorted(payload["data"]["request"]["url"] for payload in intake.payloads)
    assert urls == [
        f"http://api.example{path}"
        for path in ("/child/0", "/child/1", "/child/2", "/parent/after", "/parent/before")
    ]
    numbers = {(payload["sdk_instance"], payload["seq"]) for payload in intake.payloads}
    assert len({instance for instance, _ in numbers}) == 4
    assert sorted(seq for _, seq in numbers) == [1, 1, 1, 1, 2]


def test_a_fork_while_other_threads_record_leaves_the_child_working(run, intake):
    run("""
        ended = threading.Event()
        def record():
            while not ended.is_set():
                client.record(exchange("/parent"))
        threads = [threading.Thread(target=record) for _ in range(4)]
        for thread in threads: thread.start()
        for number in range(20):
            child = os.fork()
            if child == 0:
                client.record(exchange(f"/child/{number}"))
                os._exit(0 if client.flush(10) else 1)
            assert os.waitpid(child, 0)[1] == 0
        ended.set()
        for thread in threads: thread.join()
    """)  # fmt: skip

    urls = [payload["data"]["request"]["url"] for payload in intake.payloads]
    children = [url for url in urls if "/child/" in url]
    assert sorted(children) == sorted(f"http://api.example/child/{each}" for each in range(20))


def test_the_background_thread_imports_nothing(run):
    """A fork while it does would leave the child with an import lock that nobody gives back."""
    said = run("""
        before = set(sys.modules)
        seen = exchange("/orders")
        seen.request_body = b'{"a": "b=c"}'
        seen.request_body_bytes = len(seen.request_body)
        client.record(seen)
        assert client.flush()
        print(set(sys.modules) - before or "nothing", file=sys.stderr)
    """)

    assert said.strip() == "nothing"
