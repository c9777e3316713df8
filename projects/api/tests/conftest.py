"""People, their tokens, and a project with traffic."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings
from treblle_models.identity import uuid7
from treblle_models.models import (
    AccessToken,
    Alert,
    AlertChannel,
    AlertRule,
    ApiDocument,
    Collection,
    CollectionItem,
    Customer,
    Endpoint,
    NotificationDevice,
    Problem,
    Project,
    ProjectMember,
    Request,
    User,
)
from treblle_service.check_catalog import CATALOG
from treblle_service.details import DetailsWriter
from treblle_service.store import open_store

PASSWORD = "correct horse battery staple"
NOON = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
OWN_SETTINGS = (
    "APPEND_SLASH",
    "AUTHENTICATION_BACKENDS",
    "ACCESS_TOKEN_MINUTES",
    "CORS_ALLOWED_ORIGINS",
    "CORS_ALLOW_HEADERS",
    "CORS_EXPOSE_HEADERS",
    "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "LOGIN_LIMIT_PER_ADDRESS",
    "LOGIN_LIMIT_PER_EMAIL",
    "SESSION_DAYS",
    "USE_I18N",
    "WHITENOISE_USE_FINDERS",
)


@pytest.fixture(autouse=True)
def own_settings(settings: Settings, tmp_path) -> None:
    own = importlib.import_module("treblle_api.settings")
    for name in OWN_SETTINGS:
        setattr(settings, name, getattr(own, name))
    # Counting needs a cache; the tests of limits bring both.
    settings.API_REQUESTS_PER_MINUTE = 0
    settings.API_STREAMS_PER_USER = 0
    settings.DETAILS_STORE_URL = f"file://{tmp_path}/details"


@pytest.fixture
def counting_cache(settings: Settings, valkey_url: str) -> Iterator[None]:
    """The cache the login counters lie in: a real Valkey, empty."""
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": f"{valkey_url}/9"}}
    cache.clear()
    yield
    cache.close()


@dataclass
class Api:
    """A client that shows one token; answers come with their JSON."""

    token: str | None = None
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        given = {} if body is None else {"data": json.dumps(body)}
        return self.client.generic(
            method, path, content_type="application/json", headers=headers, **given
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)


@pytest.fixture
def api() -> type[Api]:
    return Api


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    def make(name: str, **fields: Any) -> User:
        return User.objects.create_user(f"{name}@example.com", PASSWORD, name=name, **fields)

    return make


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def as_user() -> Callable[..., Api]:
    """A client with a fresh token of that user."""

    def make(user: User, scope: str = "write", **fields: Any) -> Api:
        fields.setdefault("expires_at", datetime.now(UTC) + timedelta(days=1))
        return Api(AccessToken.issue(user, "test", scope=scope, **fields)[1])

    return make


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """Tasks as they go to the broker: name, queue, arguments."""
    tasks: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "treblle_api.queue._send",
        lambda task, queue, arguments: tasks.append((task, queue, arguments)),
    )
    return tasks


@pytest.fixture
def people(make_user: Callable[..., User]) -> SimpleNamespace:
    """One project, and someone in each relation to it."""
    owner = make_user("owner")
    project = Project.objects.create(user=owner, name="Shop", masked_names=["iban"])
    people = SimpleNamespace(project=project, owner=owner, stranger=make_user("stranger"))
    memberships = (
        ("viewer", "viewer", "active"),
        ("member", "member", "active"),
        ("invited", "member", "invited"),
    )
    for name, role, status in memberships:
        user = make_user(name)
        setattr(people, name, user)
        ProjectMember.objects.create(
            project=project, user=user, email=user.email, role=role, status=status
        )
    return people


@pytest.fixture
def make_request() -> Callable[..., Request]:
    def make(project: Project, **fields: Any) -> Request:
        received_at = fields.pop("received_at", NOON)
        given = {
            "uuid": uuid7(),
            "received_at": received_at,
            "requested_at": received_at,
            "loaded_at": received_at + timedelta(milliseconds=40),
            "method": "GET",
            "host": "shop.example.com",
            "path": "/users/7",
            "status": 200,
        }
        return Request.objects.create(project=project, **given | fields)

    return make


@pytest.fixture
def make_endpoint() -> Callable[..., Endpoint]:
    def make(project: Project, template: str) -> Endpoint:
        return Endpoint.objects.create(
            project=project,
            method="GET",
            template=template,
            template_digest=template.encode().hex()[:64],
            source=Endpoint.Source.FRAMEWORK,
            first_seen_at=NOON,
        )

    return make


@pytest.fixture
def keep_details(settings: Settings) -> Callable[[Any], dict[str, Any]]:
    """Puts details into the store; gives the row's fields that point there."""

    def keep(details: Any) -> dict[str, Any]:
        key = f"details/v1/standard/{uuid7()}.frames"
        writer = DetailsWriter(key, settings.DETAILS_KEYS)
        writer.add(b'{"of": "another request"}', uuid7())
        place = writer.add(json.dumps(details).encode(), uuid7())
        writer.put(open_store(settings.DETAILS_STORE_URL))
        return {
            "details_key": place.key,
            "details_offset": place.offset,
            "details_length": place.length,
        }

    return keep


@pytest.fixture
def world(
    people: SimpleNamespace,
    make_request: Callable[..., Request],
    make_endpoint: Callable[..., Endpoint],
    counting_cache: None,
) -> SimpleNamespace:
    """One row of each kind in the project, by the name it has in addresses."""
    project = people.project
    verified(people.invited)
    request = make_request(project)
    endpoint = make_endpoint(project, "/users/7")
    seen = {"project": project, "first_seen_at": NOON, "last_seen_at": NOON}
    document = ApiDocument.objects.create(
        project=project, source="traffic", version=1, content={"openapi": "3.1.0"}, digest="1"
    )
    collection = Collection.objects.create(user=people.owner, name="Kept")
    item = CollectionItem.objects.create(
        collection=collection, project=project, request_uuid=request.uuid
    )
    rule = AlertRule.objects.create(
        project=project, name="Errors", metric=AlertRule.Metric.ERROR_RATE, threshold=0.05
    )
    channel = AlertChannel.make(
        project, kind=AlertChannel.Kind.EMAIL, target=people.owner.email, name="On call"
    )
    alert = Alert.objects.create(project=project, rule=rule, opened_at=NOON, message="Too many")
    device = NotificationDevice.objects.create(
        user=people.owner, platform="apns", push_token="1", push_token_digest="1"
    )
    rows = {
        "rule_uuid": rule.uuid,
        "alert_uuid": alert.uuid,
        "channel_uuid": channel.uuid,
        "device_uuid": device.uuid,
        "project_uuid": project.uuid,
        "request_uuid": request.uuid,
        "member_uuid": project.members.get(email=people.viewer.email).uuid,
        "invitation_uuid": project.members.get(email=people.invited.email).uuid,
        "endpoint_uuid": endpoint.uuid,
        "problem_uuid": Problem.objects.create(
            endpoint=endpoint, fingerprint="1", kind=Problem.Kind.SERVER_ERROR, **seen
        ).uuid,
        "customer_uuid": Customer.objects.create(external_id="acme-17", **seen).uuid,
        "code": next(iter(CATALOG)),
        "collection_uuid": collection.uuid,
        "item_uuid": item.uuid,
    }
    return SimpleNamespace(
        people=people, project=project, rows=rows, endpoint=endpoint, document=document
    )


def verified(user: User) -> None:
    """Their address is proven to be theirs, as the platform does it."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
