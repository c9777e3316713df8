"""The middleware in real applications on real servers: it reports rightly and changes nothing."""

import json
import socket
import threading
import time

import httpx
import pytest

from tests.support.conditions import wait_until

HOSTS = ["flask", "fastapi", "starlette", "django-wsgi", "django-asgi"]
DJANGO_HOSTS = {"django-wsgi", "django-asgi"}
READING_FORMS = {"flask", *DJANGO_HOSTS}

pytestmark = pytest.mark.parametrize("name", HOSTS)

USERS_ROUTE = "/users/{pk}"


def only_data(host):
    return host.reported(1)[0]["data"]


def test_a_request_is_reported_as_it_was(name, make_host, intake):
    host = make_host(name)
    sent = {"name": "Ana", "password": "swordfish"}
    headers = {"User-Agent": "curl/8.1", "Authorization": "Bearer swordfish"}

    answer = httpx.post(f"{host.url}/users/7?x=1&token=swordfish", json=sent, headers=headers)

    assert answer.json() == {"pk": 7, "got": sent}
    data = only_data(host)
    request, response = data["request"], data["response"]
    assert request["method"] == "POST"
    assert request["url"] == f"{host.url}/users/7"
    assert request["query"] == {"x": "1", "token": "****"}
    assert request["route_path"] == USERS_ROUTE
    assert request["ip"] == "127.0.0.1"
    assert request["user_agent"] == "curl/8.1"
    assert request["body"] == {"name": "Ana", "password": "****"}
    assert request["headers"]["authorization"] == "Bearer ****"
    assert request["headers"]["content-type"] == "application/json"
    assert response["code"] == 200
    assert response["body"] == {"pk": 7, "got": {"name": "Ana", "password": "****"}}
    assert response["size"] == len(answer.content)
    assert 0 < response["load_time"] < 5000
    assert data["server"]["protocol"].startswith("HTTP/1.1")
    assert data["errors"] == []
    assert "swordfish" not in intake.text


@pytest.mark.parametrize("path", ["lines", "json-lines"])
def test_a_stream_gives_its_first_piece_before_its_last_is_made(name, path, make_host, intake):
    host = make_host(name)

    with httpx.stream("GET", f"{host.url}/{path}", timeout=10) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b'["first",'
        host.gate.opened.set()
        assert b"".join(pieces) == b'"last"]'

    response = only_data(host)["response"]
    assert response["code"] == 200
    if path == "lines":
        assert response["body"] is None
    elif name in DJANGO_HOSTS:
        assert "streamed" in response["body"]
    else:
        assert response["body"] == ["first", "last"]


def test_an_upload_reaches_the_view_whole_and_is_not_reported(name, make_host, intake):
    host = make_host(name)
    content = b"swordfish" * 300_000

    if name in READING_FORMS:
        answer = httpx.post(f"{host.url}/upload", files={"file": ("a.bin", content)})
    else:
        answer = httpx.post(f"{host.url}/upload", content=content)

    assert answer.json()["bytes"] == len(content)
    assert only_data(host)["request"]["body"] is None
    assert "swordfish" not in intake.text


def test_a_body_read_as_a_stream_is_whole_and_said_to_be_too_large(name, make_host, intake):
    host = make_host(name)
    content = json.dumps(["x" * 1000] * 2000).encode()
    headers = {"Content-Type": "application/json"}

    answer = httpx.post(f"{host.url}/raw", content=content, headers=headers)

    assert answer.json()["bytes"] == len(content)
    assert f"{len(content)} bytes, more than" in only_data(host)["request"]["body"]


def test_a_form_is_read_by_the_view_and_reported(name, make_host, intake):
    host = make_host(name)

    answer = httpx.post(f"{host.url}/form", data={"name": "Ana", "password": "swordfish"})

    assert answer.json() == {"name": "Ana", "password": "swordfish"}
    assert only_data(host)["request"]["body"] == {"name": "Ana", "password": "****"}


def test_a_body_the_view_does_not_read_is_not_read(name, make_host, intake):
    host = make_host(name)

    answer = httpx.post(f"{host.url}/refuse", json={"name": "Ana"})

    assert answer.status_code == 403
    data = only_data(host)
    assert data["request"]["body"] is None
    assert data["response"]["body"] == answer.json()
    assert data["errors"] == []


def test_an_answer_to_head_stays_without_a_body(name, make_host, intake):
    host = make_host(name)

    answer = httpx.head(f"{host.url}/users/7")

    assert (answer.status_code, answer.content) == (200, b"")
    data = only_data(host)
    assert (data["request"]["method"], data["response"]["code"]) == ("HEAD", 200)
    assert data["errors"] == []


def test_not_modified_stays_without_a_body(name, make_host, intake):
    host = make_host(name)

    answer = httpx.get(f"{host.url}/unchanged", headers={"If-None-Match": '"7"'})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"7"')
    data = only_data(host)
    assert (data["response"]["code"], data["response"]["body"]) == (304, None)
    assert data["errors"] == []


def test_a_download_is_what_it_was(name, make_host, intake):
    host = make_host(name)

    answer = httpx.get(f"{host.url}/file")

    assert answer.content == bytes(range(256)) * 4096
    response = only_data(host)["response"]
    assert (response["body"], response["size"]) == (None, len(answer.content))


def test_an_exception_is_still_the_hosts_and_is_reported(name, make_host, intake):
    host = make_host(name)

    answer = httpx.get(f"{host.url}/boom")

    assert answer.status_code == 500
    data = only_data(host)
    assert data["response"]["code"] == 500
    (error,) = data["errors"]
    assert (error["type"], error["message"]) == ("LookupError", "no such thing")
    assert error["file"].endswith("conftest.py")


def test_a_path_nobody_knows_has_no_route(name, make_host, intake):
    host = make_host(name)

    assert httpx.get(f"{host.url}/nowhere").status_code == 404
    data = only_data(host)
    assert data["response"]["code"] == 404
    assert data["request"]["route_path"] is None


def test_an_excluded_route_is_answered_and_not_reported(name, make_host, intake):
    host = make_host(name, excluded_routes=("/fi*",))

    assert httpx.get(f"{host.url}/file").status_code == 200
    httpx.post(f"{host.url}/users/7", json={})

    assert only_data(host)["request"]["route_path"] == USERS_ROUTE


def test_who_made_a_request_is_what_the_hook_says(name, make_host, intake):
    host = make_host(name, customer_id=lambda request: f"customer of {type(request).__name__}")

    httpx.post(f"{host.url}/users/7", json={})

    assert host.reported(1)[0]["customer_id"].startswith("customer of ")


def test_a_hook_that_fails_costs_only_what_it_would_have_said(name, make_host, intake):
    host = make_host(name, customer_id=lambda request: 1 / 0)

    assert httpx.post(f"{host.url}/users/7", json={}).status_code == 200
    assert "customer_id" not in host.reported(1)[0]


def test_many_requests_at_once_each_keep_their_own(name, make_host, intake):
    host = make_host(name)

    def ask(first):
        with httpx.Client() as client:
            for pk in range(first, first + 10):
                answer = client.post(f"{host.url}/users/{pk}", json={"mine": pk})
                assert answer.json() == {"pk": pk, "got": {"mine": pk}}

    threads = [threading.Thread(target=ask, args=(each * 100,)) for each in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for payload in host.reported(50):
        request, response = payload["data"]["request"], payload["data"]["response"]
        pk = request["body"]["mine"]
        assert request["url"].endswith(f"/users/{pk}")
        assert response["body"] == {"pk": pk, "got": {"mine": pk}}


def hang(handler, batch):
    time.sleep(3)


def slow(handler, batch):
    time.sleep(0.5)
    handler.answer(202)


def nonsense(handler, batch):
    handler.wfile.write(b"\x00 no http at all \xff\r\n" * 100)
    handler.close_connection = True


def fail(handler, batch):
    handler.answer(500)


@pytest.mark.parametrize("behave", [hang, slow, nonsense, fail])
def test_whatever_the_intake_does_the_host_answers_as_ever(name, behave, make_host, intake):
    intake.behave = behave
    host = make_host(name, timeout_s=0.5)

    began = time.monotonic()
    with httpx.Client() as client:
        for pk in range(40):
            answer = client.post(f"{host.url}/users/{pk}", json={"a": 1})
            assert answer.json() == {"pk": pk, "got": {"a": 1}}

    assert time.monotonic() - began < 2.5
    wait_until(lambda: intake.batches)


def test_without_an_intake_the_host_answers_as_ever(name, make_host):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = make_host(name, intake_url=f"http://127.0.0.1:{nobody.getsockname()[1]}")

        for pk in range(20):
            answer = httpx.post(f"{host.url}/users/{pk}", json={"a": 1})
            assert answer.json() == {"pk": pk, "got": {"a": 1}}
