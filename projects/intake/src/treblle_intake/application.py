"""The ASGI application: what is opened at the start and closed at the end, and which path is whose."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from treblle_service.events import open_queue
from treblle_service.metrics import catalog, exposition
from treblle_service.quotas import AsyncQuotas
from treblle_service.store import open_store
from treblle_service.tracing import open_tracer

from treblle_intake.address import ClientAddress
from treblle_intake.answers import Receive, Refused, Scope, Send, answer, answer_json, refuse
from treblle_intake.committer import Committer
from treblle_intake.health import Readiness
from treblle_intake.memory import Memory
from treblle_intake.notifier import Notifier
from treblle_intake.quotas import KnownQuotas
from treblle_intake.rate import RateLimit
from treblle_intake.reception import Reception
from treblle_intake.settings import Settings
from treblle_intake.traced import TracedCommitter

logger = logging.getLogger(__name__)

Handler = Callable[[Scope, Receive, Send], Awaitable[None]]
NOT_FOUND = Refused(
    404, "not_found", "There is nothing here. Payloads go to POST / or, as NDJSON, to POST /batch."
)

FORBIDDEN = Refused(403, "forbidden", "Metrics are for who has METRICS_TOKEN.")


class Intake:
    """One process's intake. Store and queue are opened here, and first used after the start."""

    def __init__(self, settings: Settings) -> None:
        store = open_store(settings.raw_store_url)
        probes = {"store": store.check}
        self._notifier: Notifier | None = None
        if settings.sends_events:
            queue = open_queue(settings.events_url)
            probes["queue"] = queue.check
            self._notifier = Notifier(queue)
        self._tracer = open_tracer("treblle-intake", settings.traces_url)
        announce = self._notifier.announce if self._notifier else None
        self._committer = Committer(store, announce, traced=self._tracer is not None)
        traced = TracedCommitter(self._committer, self._tracer) if self._tracer else None
        self._quotas: KnownQuotas | None = None
        if settings.cache_url:
            self._quotas = KnownQuotas(AsyncQuotas(settings.cache_url))
        self._readiness = Readiness(probes)
        self._metrics_token = settings.metrics_token
        catalog.QUEUED_EVENTS.follow(lambda: self._committer.waiting)
        catalog.UNANNOUNCED.follow(lambda: self._notifier.waiting if self._notifier else 0)
        reception = Reception(
            traced or self._committer,
            memory=Memory(settings.memory_bytes),
            rate=RateLimit(settings.rate_per_s),
            quotas=self._quotas,
            address=ClientAddress(settings.trusted_proxies),
            read_timeout_s=settings.read_timeout_s,
        )
        self._routes: dict[str, tuple[tuple[str, ...], Handler]] = {
            "/": (("POST",), reception.take_one),
            "/batch": (("POST",), reception.take_batch),
            "/healthz": (("GET", "HEAD"), self._healthz),
            "/readyz": (("GET", "HEAD"), self._readyz),
            "/metrics": (("GET", "HEAD"), self._metrics),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._route(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods, handler = self._routes.get(scope["path"], ((), None))
        if handler is None:
            await refuse(send, NOT_FOUND)
        elif scope["method"] not in methods:
            await refuse(send, _method_not_allowed(methods))
        else:
            await handler(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._committer.start()
        if self._quotas:
            self._quotas.start()
        if self._notifier:
            self._notifier.start()
        logger.info("started", extra={"sends_events": self._notifier is not None})
        await send({"type": "lifespan.startup.complete"})
        await receive()
        # The server has answered what was under way; what is left waits for nobody.
        logger.info("stopping")
        await self._committer.stop()
        if self._quotas:
            await self._quotas.stop()
        if self._notifier:
            await asyncio.to_thread(self._notifier.stop)
        if self._tracer:
            await asyncio.to_thread(self._tracer.close)
        logger.info("stopped")
        await send({"type": "lifespan.shutdown.complete"})

    async def _healthz(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer_json(send, 200, {"status": "ok"})

    async def _readyz(self, scope: Scope, receive: Receive, send: Send) -> None:
        if problem := await self._readiness.problem():
            await answer_json(send, 503, {"status": "not ready", "problem": problem})
        else:
            await answer_json(send, 200, {"status": "ok"})

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        if exposition.is_allowed(sent, self._metrics_token):
            kind = (b"content-type", exposition.CONTENT_TYPE.encode())
            await answer(send, 200, await asyncio.to_thread(exposition.render), [kind])
        else:
            await refuse(send, FORBIDDEN)


def _method_not_allowed(methods: tuple[str, ...]) -> Refused:
    allowed = ", ".join(methods)
    return Refused(
        405,
        "method_not_allowed",
        f"This address takes {allowed} only.",
        headers=[(b"allow", allowed.encode())],
    )
