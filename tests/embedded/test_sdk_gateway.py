"""The published SDKs, unmodified, reach a local intake through the gateway."""

import re
import socket
import ssl
import stat
from pathlib import Path

import httpx
import pytest

from demo.sdk_gateway import SdkGateway
from tests.embedded.conftest import KEYS, RecordingIntake, Sent
from tests.support.conditions import wait_until

TREBLLE_HOST = re.compile(r"\w+\.treblle\.com")


def sent_of(intake: RecordingIntake, method: str, path: str) -> Sent:
    return wait_until(lambda: intake.of(method, path))


def has_its_keys(sent: Sent) -> bool:
    keys = (sent.payload["api_key"], sent.payload["project_id"], sent.headers["x-api-key"])
    wanted = (KEYS["TREBLLE_SDK_TOKEN"], KEYS["TREBLLE_API_KEY"], KEYS["TREBLLE_SDK_TOKEN"])
    return keys == wanted


def test_what_the_pypi_sdk_tells_arrives(
    intake: RecordingIntake, django_shop: httpx.Client
) -> None:
    agent = {"User-Agent": "curl/8.9.1", "X-Forwarded-For": "192.0.2.7"}
    assert django_shop.get("/books/2", headers=agent).json()["title"] == "Frankenstein"
    sent = sent_of(intake, "GET", "/books/2")
    assert has_its_keys(sent)
    assert TREBLLE_HOST.fullmatch(sent.host)
    assert sent.payload["sdk"] == "django"
    request = sent.payload["data"]["request"]
    assert (request["ip"], request["user_agent"]) == ("192.0.2.7", "curl/8.9.1")
    assert request["route_path"] == "books/{id}"


def test_the_pypi_sdk_tells_of_errors_too(
    intake: RecordingIntake, django_shop: httpx.Client
) -> None:
    while django_shop.get("/reports/daily").status_code != 500:
        continue
    failed = wait_until(
        lambda: [s for s in intake.sent if s.payload["data"]["response"]["code"] == 500]
    )
    (error,) = failed[0].payload["data"]["errors"]
    assert "division by zero" in error["message"]


def test_what_the_npm_sdks_tell_arrives(
    intake: RecordingIntake, express_shop: httpx.Client
) -> None:
    body = {"email": "a@example.com", "password": "correct-horse"}
    assert express_shop.post("/login", json=body).status_code == 200
    sent = sent_of(intake, "POST", "/login")
    assert has_its_keys(sent)
    assert TREBLLE_HOST.fullmatch(sent.host)
    assert sent.payload["sdk"] in ("express", "node")
    assert sent.payload["data"]["request"]["body"]["password"] == "*" * 13


def test_many_requests_in_a_row_all_arrive(
    intake: RecordingIntake, django_shop: httpx.Client
) -> None:
    for number in range(1, 201):
        django_shop.get(f"/books/{number}")
    wait_until(lambda: len(intake.sent) == 200)


def test_the_proxy_leads_nowhere_else(gateway: SdkGateway) -> None:
    proxy = f"http://127.0.0.1:{gateway.proxy_port}"
    with (
        httpx.Client(proxy=proxy) as client,
        pytest.raises(httpx.ProxyError, match=r"treblle\.com"),
    ):
        client.get("https://example.com/")


def test_a_client_without_the_throw_away_authority_refuses_the_certificate(
    gateway: SdkGateway,
) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", gateway.tls_port)) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(connection, server_hostname="rocknrolla.treblle.com")


def test_certificates_are_kept_and_their_key_is_private(tmp_path: Path) -> None:
    with SdkGateway(tmp_path, 1):
        first = (tmp_path / "ca.pem").read_bytes()
    with SdkGateway(tmp_path, 1):
        assert (tmp_path / "ca.pem").read_bytes() == first
    assert stat.S_IMODE((tmp_path / "treblle.com.pem").stat().st_mode) == 0o600
    keys = [file for file in tmp_path.iterdir() if b"PRIVATE KEY" in file.read_bytes()]
    assert keys == [tmp_path / "treblle.com.pem"]
