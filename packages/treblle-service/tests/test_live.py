"""A live message reaches whoever watches the project, and nobody else."""

import logging
import uuid
from typing import Any

import pytest
from channels.layers import get_channel_layer
from treblle_service.conf import Environment
from treblle_service.django.live import LivePublisher, project_group
from treblle_service.django.settings import channel_layer

PATIENCE_S = 10


@pytest.fixture
def layer(valkey_url: str, settings: Any) -> Any:
    settings.CHANNEL_LAYERS = channel_layer(Environment({"CHANNEL_URL": f"{valkey_url}/2"}))
    return get_channel_layer()


async def watch(layer: Any, project: uuid.UUID) -> str:
    channel: str = await layer.new_channel()
    await layer.group_add(project_group(project), channel)
    return channel


async def test_a_message_reaches_all_who_watch_the_project_and_no_other(layer: Any) -> None:
    project, other = uuid.uuid4(), uuid.uuid4()
    watchers = [await watch(layer, project), await watch(layer, project)]
    stranger = await watch(layer, other)
    publisher = LivePublisher()
    publisher.publish(project, {"type": "requests", "requests": [{"path": "/ü"}]})
    publisher.publish(other, {"type": "for the stranger"})
    for watcher in watchers:
        received = await layer.receive(watcher)
        assert received["type"] == "project.live"
        assert received["message"]["requests"] == [{"path": "/ü"}]
    assert (await layer.receive(stranger))["message"] == {"type": "for the stranger"}
    await layer.flush()


async def test_messages_keep_their_order(layer: Any) -> None:
    project = uuid.uuid4()
    watcher = await watch(layer, project)
    publisher = LivePublisher()
    for number in range(20):
        publisher.publish(str(project), {"number": number})
    numbers = [(await layer.receive(watcher))["message"]["number"] for _ in range(20)]
    assert numbers == list(range(20))
    await layer.flush()


def test_a_broker_that_is_away_costs_a_log_line_and_no_error(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    env = Environment({"CHANNEL_URL": "redis://127.0.0.1:1/2"})
    settings.CHANNEL_LAYERS = channel_layer(env)
    publisher = LivePublisher()
    with caplog.at_level(logging.WARNING):
        publisher.publish(uuid.uuid4(), {"type": "lost"}).result(PATIENCE_S)
    assert "live message not sent" in caplog.text
