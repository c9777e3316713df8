"""Browsers' websockets as the platform sees them: logged in, watching a project."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import websockets

from embedded.system import System

LOG_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from treblle_models.models import User
user = User.objects.get(email={email!r})
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(f"{{settings.SESSION_COOKIE_NAME}}={{session.session_key}}")
"""

Message = dict[str, Any]


def log_in(system: System, email: str) -> str:
    """The cookie of a session of that user."""
    return system.run("platform", "shell", "-v0", "-c", LOG_IN.format(email=email)).split()[-1]


async def watch(
    system: System,
    project_uuid: str,
    cookie: str,
    *,
    ready: Callable[[], Awaitable[None]],
    heard: Callable[[Message], None],
) -> None:
    """Hear what is sent to who watches the project, until cancelled."""
    base = system.url("platform")
    url = f"{base.replace('http', 'ws', 1)}/ws/projects/{project_uuid}/live/"
    headers = {"Cookie": cookie}
    async with websockets.connect(
        url, additional_headers=headers, origin=websockets.Origin(base), open_timeout=60
    ) as socket:
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "ready":
                await ready()
            else:
                heard(message)


async def all_watch(
    system: System, cookie: str, projects: list[str], heard: Callable[[Message], None]
) -> list["asyncio.Task[None]"]:
    """One websocket for each of `projects`; returns once all are ready."""
    count, all_ready = 0, asyncio.Event()

    async def one_ready() -> None:
        nonlocal count
        count += 1
        if count == len(projects):
            all_ready.set()

    tasks = [
        asyncio.create_task(watch(system, uuid, cookie, ready=one_ready, heard=heard))
        for uuid in projects
    ]
    waiting = asyncio.create_task(all_ready.wait())
    done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in done - {waiting}:
        task.result()  # a websocket that was refused says so here
    return tasks


def age_s(text: str) -> float:
    """Seconds since an RFC 3339 time; both clocks are this machine's."""
    return time.time() - datetime.fromisoformat(text).timestamp()
