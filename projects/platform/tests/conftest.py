"""People and their project, traffic in it, and a live channel layer: what most tests here begin with."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from treblle_models.corrections import digest_of
from treblle_models.identity import uuid7
from treblle_models.models import (
    Alert,
    AlertChannel,
    AlertRule,
    ApiDocument,
    Collection,
    Comment,
    Customer,
    Embed,
    Endpoint,
    Erasure,
    Problem,
    Project,
    ProjectMember,
    Request,
    SavedSearch,
    ShareLink,
    User,
)
from treblle_platform import settings as platform_settings
from treblle_platform.celery import app
from treblle_service.details import DetailsWriter
from treblle_service.store import open_store

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class People:
    owner: User
    member: User
    viewer: User
    stranger: User


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Rate limits count in the cache; each test has its own."""
    cache.clear()


@pytest.fixture(autouse=True)
def policy_and_files_of_the_platform(settings: Any) -> None:
    settings.CONTENT_SECURITY_POLICY = platform_settings.CONTENT_SECURITY_POLICY
    settings.STATICFILES_DIRS = platform_settings.STATICFILES_DIRS


@pytest.fixture
def people(db: None) -> People:
    names = ("owner", "member", "viewer", "stranger")
    return People(**{n: User.objects.create_user(f"{n}@example.com", PASSWORD) for n in names})


@pytest.fixture
def project(people: People) -> Project:
    project = Project.objects.create(user=people.owner, name="Bookshop API")
    for user, role in ((people.member, "member"), (people.viewer, "viewer")):
        ProjectMember.objects.create(
            project=project,
            user=user,
            email=user.email,
            role=role,
            status=ProjectMember.Status.ACTIVE,
        )
    return project


@pytest.fixture
def owner(client: Client, people: People) -> Client:
    """A browser in which the owner is logged in."""
    client.force_login(people.owner)
    # The first page of a session writes down that it is in use.
    client.get("/world.svg")
    return client


@pytest.fixture
def book(project: Project) -> Endpoint:
    return Endpoint.objects.create(
        project=project,
        method="GET",
        template="/books/{id}",
        template_digest=digest_of("/books/{id}"),
        source=Endpoint.Source.TRAFFIC,
        first_seen_at=timezone.now(),
    )


@pytest.fixture
def customer(project: Project) -> Customer:
    seen = timezone.now() - timedelta(days=3)
    return Customer.objects.create(
        project=project, external_id="shop-7", first_seen_at=seen, last_seen_at=timezone.now()
    )


@pytest.fixture
def problem(project: Project, book: Endpoint) -> Problem:
    return Problem.objects.create(
        project=project,
        endpoint=book,
        fingerprint="f" * 64,
        kind=Problem.Kind.EXCEPTION,
        status=500,
        error_type="KeyError",
        error_message="'currency'",
        first_seen_at=timezone.now() - timedelta(days=2),
        last_seen_at=timezone.now(),
        occurrences=12,
    )


@pytest.fixture
def document(project: Project) -> ApiDocument:
    """Made from traffic: one operation of `book`, with a body and a parameter."""
    name = {"type": "string", "examples": ["Emma"]}
    body = {"type": "object", "required": ["name"], "properties": {"name": name}}
    operation = {
        "summary": "Read a book",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        ],
        "responses": {
            "200": {"description": "A book", "content": {"application/json": {"schema": body}}}
        },
    }
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Bookshop API", "version": "1"},
        "paths": {"/books/{id}": {"get": operation}},
    }
    return ApiDocument.objects.create(
        project=project,
        source=ApiDocument.Source.TRAFFIC,
        version=1,
        content=content,
        digest="d" * 64,
    )


@pytest.fixture
def embed(project: Project) -> Embed:
    return Embed.objects.create(
        project=project, name="Portal", allowed_origins=["https://portal.example"]
    )


@pytest.fixture
def insight_pages(
    project: Project,
    book: Endpoint,
    customer: Customer,
    problem: Problem,
    document: ApiDocument,
    embed: Embed,
) -> dict[str, str]:
    """The pages of what is understood of a project's traffic, by name."""
    lead = f"/projects/{project.uuid}"
    return {
        "endpoints": f"{lead}/endpoints/",
        "endpoint": f"{lead}/endpoints/{book.uuid}/",
        "docs": f"{lead}/docs/",
        "drift": f"{lead}/docs/changes/",
        "upload": f"{lead}/docs/upload/",
        "problems": f"{lead}/problems/",
        "problem": f"{lead}/problems/{problem.uuid}/",
        "quality": f"{lead}/quality/",
        "check": f"{lead}/quality/checks/load-time/",
        "security": f"{lead}/security/",
        "anomalies": f"{lead}/security/anomalies/",
        "customers": f"{lead}/customers/",
        "customer": f"{lead}/customers/{customer.uuid}/",
        "agents": f"{lead}/agents/",
        "embeds": f"{lead}/embed/",
        "new embed": f"{lead}/embed/new/",
        "embed": f"{lead}/embed/{embed.uuid}/",
        "catalog": "/catalog/",
        "entry": f"/catalog/{project.uuid}/",
    }


AddRequest = Callable[..., Request]


@pytest.fixture
def add_request(project: Project) -> AddRequest:
    """Puts a request in as the ETL would; `at` is when it was received."""

    def add(at: datetime | None = None, **fields: Any) -> Request:
        at = at or timezone.now()
        return Request.objects.create(
            **{
                "project": project,
                "uuid": uuid7(),
                "received_at": at,
                "requested_at": at,
                "loaded_at": at + timedelta(milliseconds=10),
                "method": "GET",
                "host": "shop.example",
                "path": "/books/7",
                "status": 200,
                "load_time_ms": 12.5,
                "response_size_bytes": 1234,
            }
            | fields
        )

    return add


AddDetails = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def details_url(tmp_path: Path) -> str:
    return f"file://{tmp_path}/details"


@pytest.fixture
def add_details(details_url: str, settings: Any) -> AddDetails:
    """Puts details into a store; returns the fields by which a row finds them."""
    settings.DETAILS_STORE_URL = details_url

    def add(details: dict[str, Any]) -> dict[str, Any]:
        writer = DetailsWriter(f"details/v1/t/{uuid7()}.frames", settings.DETAILS_KEYS)
        place = writer.add(json.dumps(details).encode(), uuid7())
        writer.put(open_store(settings.DETAILS_STORE_URL))
        return {
            "details_key": place.key,
            "details_offset": place.offset,
            "details_length": place.length,
        }

    return add


@pytest.fixture
def worker_at_once() -> Iterator[None]:
    """Tasks run where they are queued, retries without their waits."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def channel_layer(valkey_url: str, settings: Any) -> None:
    """Live messages go through a real Valkey, as when it runs."""
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [f"{valkey_url}/2"]},
        }
    }


def _names(patterns: list[URLPattern | URLResolver], lead: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else lead
            yield from _names(pattern.url_patterns, inner)
        else:
            yield f"{lead}{pattern.name}"


@pytest.fixture
def url_names() -> set[str]:
    """Of every page of the platform, those of libraries too."""
    return set(_names(get_resolver().url_patterns))


@pytest.fixture
def things(project, people, add_request, book, problem, customer, embed, document):
    """One of everything a URL can name, by the name of the URL's part."""
    rule = AlertRule.objects.create(project=project, name="Errors", metric="error_rate")
    alert = Alert.objects.create(
        project=project, rule=rule, opened_at=timezone.now(), message="12% failed"
    )
    channel = AlertChannel.objects.create(project=project, kind="slack", target="https://x.invalid")
    erasure = Erasure.objects.create(
        subject="customer", user_uuid=project.user.uuid, project_uuid=project.uuid, progress="done"
    )
    found = add_request()
    said = {"project": project, "user": people.owner, "request_uuid": found.uuid}
    collection = Collection.objects.create(user=people.owner, name="Kept")
    item = collection.items.create(project=project, request_uuid=found.uuid)
    search = SavedSearch.objects.create(project=project, user=people.owner, name="Mine")
    return {
        "project_uuid": project.uuid,
        "request_uuid": found.uuid,
        "collection_uuid": collection.uuid,
        "comment_uuid": Comment.objects.create(**said, text="Look").uuid,
        "format": "csv",
        "item_uuid": item.uuid,
        "link_uuid": ShareLink.objects.create(**said, digest="d", expires_at=timezone.now()).uuid,
        "search_uuid": search.uuid,
        "trace_id": "4bf92f35",
        "endpoint_uuid": book.uuid,
        "problem_uuid": problem.uuid,
        "customer_uuid": customer.uuid,
        "embed_uuid": embed.uuid,
        "rule_uuid": rule.uuid,
        "alert_uuid": alert.uuid,
        "channel_uuid": channel.uuid,
        "erasure_uuid": erasure.uuid,
        "member_uuid": project.members.create(email="new@example.com").uuid,
        "environment_uuid": project.environments.create(name="staging").uuid,
        "kind": "webhook",
        "code": "load-time",
    }


def wanted_arguments(name: str) -> set[str]:
    """What the address of a page is made with."""
    namespace, _, short = name.rpartition(":")
    lead, resolver = "", get_resolver()
    if namespace:
        lead, resolver = resolver.namespace_dict[namespace]
    [(_, inner)], *_ = resolver.reverse_dict.getlist(short)[0]
    return {*inner, *re.findall(r"\?P<(\w+)>", lead)}


@pytest.fixture
def url_of(things):
    def url(name: str) -> str:
        return reverse(name, kwargs={each: things[each] for each in wanted_arguments(name)})

    return url
