"""No planted secret survives in anything that lasts or is shown."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import msgspec
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from treblle_etl.event import Place, Rejected
from treblle_etl.extract import wire
from treblle_etl.pipeline import Pipeline
from treblle_etl.transform.masking import masker_for
from treblle_etl.transform.project import ProjectSettings
from treblle_etl.transform.understand import understand
from treblle_models.identity import uuid7
from treblle_models.models import Project
from treblle_service import details
from treblle_service.store import ObjectStore

from tests.support.payloads import django_payload
from tests.support.secrets import EMAILS, SECRETS, TOKENS

ALL = (*SECRETS.values(), *EMAILS)
FORMS = 6
# Where an SDK's payload has texts; `*` stands for "in a body, somewhere".
PLACES = (
    "data.request.url", "data.request.user_agent", "data.request.route_path", "data.request.ip",
    "data.request.headers", "data.request.query", "data.request.body", "data.request.timestamp",
    "data.request.method", "data.response.headers", "data.response.body", "data.response.code",
    "data.response.size", "data.errors", "data.server", "data.language",
    "sdk", "version", "customer_id", "environment", "sdk_instance", "seq", "data.request", "data",
)  # fmt: skip


def planted(place: str, form: int, secret: str) -> Any:
    """The secret in one of several shapes that fit the place."""
    if place == "data.request.url":
        urls = ("http://shop.example/a/{}/b", "http://u:{}@shop.example/x", "http://h/?q={}", "http://[{}", "{}", "http://{}/")  # fmt: skip
        return urls[form].format(secret.replace("\n", "%0A"))
    if place.endswith("headers"):
        metadata = json.dumps({"user-id": secret, "trace-id": secret, "x": secret})
        headers = ({"x-a": secret}, {"treblle-metadata": metadata}, {"treblle-user-id": secret}, {"trace-id": secret}, {"x-b": [secret]}, {secret: "x"})  # fmt: skip
        return headers[form]
    if place == "data.errors":
        return [
            {
                "source": "onException",
                "type": f"E {secret}",
                "message": f"at {secret}",
                "file": secret,
            }
        ]
    shapes = (secret, [secret], {"a": [{"b": f"x {secret} y"}]}, {secret: 1}, json.dumps({"c": secret}), {"message": secret, "token": secret})  # fmt: skip
    return shapes[form]


def everything(store: ObjectStore, messages: Any) -> str:
    """All rows of all tables, all details, all messages, as one text."""
    rows = [
        list(model._base_manager.values())
        for model in apps.get_app_config("treblle_models").get_models()
    ]
    kept = []
    for request in apps.get_model("treblle_models", "Request").objects.all():
        place = details.Place(request.details_key, request.details_offset, request.details_length)
        kept.append(details.read(store, place))
    return json.dumps(
        [rows, kept, messages], cls=DjangoJSONEncoder, ensure_ascii=False, default=repr
    )


def payload_with(make: Callable[..., dict[str, Any]], place: str, form: int, secret: str) -> Any:
    made = make()
    *parents, last = place.split(".")
    part = made
    for name in parents:
        part = part[name]
    part[last] = planted(place, form, secret)
    return made


def test_no_planted_secret_survives_anywhere_that_lasts(
    project: Project,
    payload: Callable[..., dict[str, Any]],
    put_raw: Callable[..., str],
    pipeline: Pipeline,
    publisher: Any,
    details_store: ObjectStore,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Every place in every shape, each with a few of the secrets in turn."""
    Project.objects.filter(pk=project.pk).update(masks_emails=True)
    secrets = cycle(ALL)
    payloads = [
        payload_with(payload, place, form, next(secrets))
        for place in PLACES
        for form in range(FORMS)
        for _ in range(3)
    ]
    with django_capture_on_commit_callbacks(execute=True):
        loaded = pipeline.process([put_raw(*payloads)])
    assert loaded.events + loaded.dead_letters == len(payloads)
    assert loaded.events > len(payloads) / 2
    text = everything(details_store, publisher.messages)
    assert [s for s in ALL if s in text or json.dumps(s)[1:-1] in text] == []


@given(
    changes=st.dictionaries(
        st.sampled_from(PLACES[:-2]), st.integers(0, FORMS - 1), min_size=1, max_size=6
    ),
    secret=TOKENS,
)
def test_no_planted_secret_is_in_what_was_understood(changes: dict[str, int], secret: str) -> None:
    made = django_payload()
    for place in sorted(changes, key=len, reverse=True):
        *parents, last = place.split(".")
        part: Any = made
        for name in parents:
            part = part[name]
        part[last] = planted(place, changes[place], secret)
    event = wire.event_from(made, uuid=uuid7(), api_key="K", received_at=datetime.now(UTC))
    if isinstance(event, Rejected):
        assert secret not in event.message
        return
    settings = ProjectSettings(masker=masker_for((), True), customer_header="x-a")
    understood = understand(event, place_of=lambda address: Place(), project=settings)
    shown = msgspec.json.encode(replace(understood, event=understood.masked, details=b""))
    text = (shown + understood.details).decode()
    assert secret not in text
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in text
