"""`/healthz` answers while the process lives, `/readyz` only while what it needs answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path
from pytest_django import DjangoDbBlocker

from embedded.ports import free_port
from tests.services.databases import as_default, connect

TOKEN = "a token for who reads metrics"


def page(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"page {number}")


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    """Health first, then all that would turn away who asks by address and over plain HTTP."""
    settings.MIDDLEWARE = [
        "treblle_service.django.health.health",
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]
    settings.ROOT_URLCONF = (path("pages/<int:number>", page, name="page"),)
    settings.ALLOWED_HOSTS = ["app.treblle.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def needs(settings: Any) -> Callable[..., None]:
    """Say what /readyz asks, and where cache and channel layer are."""

    def say(*names: str, url: str) -> None:
        settings.READY_WHEN = names
        settings.CACHES = {"default": {"BACKEND": "", "LOCATION": url}}
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": "", "CONFIG": {"hosts": [url]}}}

    return say


def test_a_process_that_lives_says_so_to_any_host_over_plain_http(client: Client) -> None:
    answer = client.get("/healthz", HTTP_HOST="10.0.0.7:8000")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_everything_else_still_stands_behind_the_checks_of_hosts(client: Client) -> None:
    assert client.get("/", HTTP_HOST="10.0.0.7:8000", secure=True).status_code == 400


@pytest.mark.django_db
def test_a_process_whose_database_answers_is_ready(client: Client) -> None:
    answer = client.get("/readyz", HTTP_HOST="10.0.0.7:8000")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_process_on_the_schema_of_the_release_before_is_not_ready(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("treblle_models", "0002_day_indexes")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problem"]) == (503, "database: SchemaBehind")
    recorder.record_applied("treblle_models", "0002_day_indexes")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_it_says_the_same_under_asgi(async_client: AsyncClient) -> None:
    for address in ("/healthz", "/readyz"):
        answer = await async_client.get(address)
        assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "ok"})


def test_a_process_whose_database_is_away_is_not_ready(
    client: Client, django_db_blocker: DjangoDbBlocker
) -> None:
    away = connect(f"mysql://me:hunter2@127.0.0.1:{free_port()}/treblle")
    with django_db_blocker.unblock(), as_default(away):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problem"]) == (503, "database: OperationalError")
    assert b"hunter2" not in answer.content


def test_a_process_that_needs_cache_and_channels_is_ready_while_they_answer(
    client: Client, valkey: redis.Redis, valkey_url: str, needs: Callable[..., None]
) -> None:
    needs("cache", "channels", url=valkey_url)
    assert client.get("/readyz").status_code == 200


def test_a_process_whose_cache_is_away_is_not_ready(
    client: Client, needs: Callable[..., None]
) -> None:
    needs("cache", url=f"redis://:hunter2@127.0.0.1:{free_port()}/0")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problem"]) == (503, "cache: ConnectionError")
    assert b"hunter2" not in answer.content


def test_metrics_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer guessed"}).status_code == 403
    told = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert told.status_code == 200
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403


def test_requests_are_timed_by_route_and_status(client: Client) -> None:
    for address in ("/pages/4711", "/no/such/page"):
        client.get(address, headers={"host": "app.treblle.example"}, secure=True)
    told = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
    assert 'treblle_http_request_seconds_count{route="page",status="2xx"}' in told
    assert 'treblle_http_request_seconds_count{route="none",status="4xx"}' in told
    assert "4711" not in told
    assert "no/such/page" not in told
