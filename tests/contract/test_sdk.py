"""Our own SDK, the intake and the ETL understand each other: a request, from a host to an event."""

import io
import json
import sys
import uuid
from datetime import UTC, datetime

import pytest
from treblle_etl.extract.wire import event_from
from treblle_sdk.options import Options
from treblle_sdk.wsgi import TreblleMiddleware
from treblle_service import raw_objects
from treblle_service.store import open_store

from embedded.ports import free_port


@pytest.fixture
def intake(servers, valkey_url, tmp_path):
    """The address of a real intake, and the store it writes to."""
    port = free_port()
    store_url = f"file://{tmp_path}/raw"
    environment = {
        "INTAKE_PORT": str(port),
        "RAW_STORE_URL": store_url,
        "EVENTS_URL": f"{valkey_url}/0?stream={uuid.uuid4()}",
    }
    command = (sys.executable, "-m", "treblle_intake")
    servers.start(f"intake-{port}", command, port=port, environment=environment)
    return f"http://127.0.0.1:{port}", store_url


def lines_of(store_url):
    store = open_store(store_url)
    objects = [(key, store.get(key)) for key in store.keys(raw_objects.PREFIX)]
    return [json.loads(line) for each in objects for line in raw_objects.decode(*each)]


def shop(environ, start_response):
    content = environ["wsgi.input"].read()
    start_response("201 Created", [("Content-Type", "application/json")])
    return [content]


def ask(application, number):
    content = json.dumps({"number": number, "password": "swordfish"}).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/orders/{number}",
        "QUERY_STRING": "page=2",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_HOST": "shop.example",
        "HTTP_USER_AGENT": "curl/8.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(content),
    }
    assert b"".join(application(environ, lambda *arguments: None)) == content


def test_what_the_sdk_saw_is_what_the_etl_understands(intake):
    url, store_url = intake
    options = Options(sdk_token="K" * 32, api_key="P" * 16, intake_url=url)
    application = TreblleMiddleware(shop, options)
    for number in range(300):
        ask(application, number)
    assert application.client.flush(20)
    application.client.close()

    lines = lines_of(store_url)

    assert len({line["id"] for line in lines}) == len(lines) == 300
    assert {line["payload"]["seq"] for line in lines} == set(range(1, 301))
    assert "swordfish" not in json.dumps(lines)
    line = next(line for line in lines if line["payload"]["seq"] == 8)
    received_at = datetime.now(UTC)
    event = event_from(
        line["payload"],
        uuid=uuid.UUID(line["id"]),
        api_key=line["api_key"],
        received_at=received_at,
    )
    assert (event.api_key, event.project_custom_id) == ("K" * 32, "P" * 16)
    assert (event.method, event.host, event.path) == ("POST", "shop.example", "/orders/7")
    assert (event.status, event.query, event.ip) == (201, {"page": "2"}, "203.0.113.9")
    assert event.request_body == event.response_body == {"number": 7, "password": "****"}
    assert abs((received_at - event.requested_at).total_seconds()) < 20
    assert event.claimed_requested_at is None
    assert 0 <= event.load_time_ms < 1000
    assert event.response_size_bytes == len(json.dumps({"number": 7, "password": "swordfish"}))


def test_a_key_that_is_missing_is_refused_and_counted(intake):
    url, store_url = intake
    application = TreblleMiddleware(shop, Options(sdk_token=" ", api_key="P", intake_url=url))
    ask(application, 1)
    assert application.client.flush(20)
    application.client.close()

    assert application.client.dropped == 1
    assert lines_of(store_url) == []
