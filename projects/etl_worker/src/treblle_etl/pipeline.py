"""The one place that wires the rooms: keys of raw objects in, loaded rows out."""

import gc
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from treblle_models.identity import uuid7
from treblle_models.models import Project
from treblle_service import raw_objects
from treblle_service.django.live import LivePublisher
from treblle_service.store import NotFound, ObjectStore, open_store
from treblle_service.tracing import open_tracer

from treblle_etl import fairness
from treblle_etl.event import Event, Place, Rejected
from treblle_etl.extract import lines
from treblle_etl.learning.published import Published
from treblle_etl.load import ledger
from treblle_etl.load.batch import Loaded, ObjectContent
from treblle_etl.load.loader import Loader
from treblle_etl.load.senders import Senders
from treblle_etl.places import place_lookup
from treblle_etl.reputation import with_reputation
from treblle_etl.transform.masking import masker_for
from treblle_etl.transform.paths import Templates
from treblle_etl.transform.project import ProjectSettings
from treblle_etl.transform.understand import understand
from treblle_etl.transform.wanted import excluded_routes, is_wanted

logger = logging.getLogger(__name__)

# Objects alive beyond those there were before Python looks for cycles among them (its own: 700). A
# batch of 500 requests has some 30,000 that live until it is loaded, in no cycle: looking through
# them again and again was up to a sixth of a worker's time.
GARBAGE_AFTER = 50_000

REASONS = {
    "unknown_key": "no user has this API key, or its grace has ended",
    "unknown_project": "the user of this key has no project with this id they may send to",
}


class Pipeline:
    """Extract, transform, load. One a process: it remembers senders, places and endpoints."""

    def __init__(
        self, raw_store: ObjectStore, loader: Loader, place_of: Callable[[str], Place]
    ) -> None:
        self._raw_store = raw_store
        self._loader = loader
        self._place_of = place_of
        self._senders = Senders()
        self._settings: dict[int, tuple[Project, ProjectSettings]] = {}
        self._published = Published()

    def process(self, keys: list[str]) -> Loaded:
        """Load the raw objects under `keys`; those processed before change nothing.

        Raises `StoreUnavailable` and `OperationalError` while store or database are away.
        """
        return self._loader.load([self.read(key) for key in dict.fromkeys(keys)])

    def process_fairly(self, keys: list[str]) -> tuple[Loaded, list[str]]:
        """As `process`, but what one account has too much of (see `fairness`) is put aside.

        It lies in raw objects of its own, durable before the others count as done; their keys
        are given back, for the slow lane.
        """
        fresh = ledger.not_in([ObjectContent(key) for key in dict.fromkeys(keys)])
        numbered = [list(enumerate(self._lines_of(content))) for content in fresh]
        now, later = fairness.split(numbered)
        put_aside = self._put_aside(later)
        for content, kept in zip(fresh, now, strict=True):
            self._take_all(content, kept)
        return self._loader.load(fresh), put_aside

    def reprocess(self, key: str, name: str) -> Loaded:
        """Load an object that is in the ledger once more, entered there as `name`.

        Events that went in before are known by their id and change nothing.
        """
        content = self.read(key)
        content.ledger_key = name
        return self._loader.load([content])

    def read(self, key: str) -> ObjectContent:
        """One object extracted and transformed; what cannot be read is rejected with a reason."""
        content = ObjectContent(key)
        self._take_all(content, enumerate(self._lines_of(content)))
        return content

    def _lines_of(self, content: ObjectContent) -> list[bytes]:
        """None where the object as a whole cannot be read: then it is rejected."""
        try:
            return raw_objects.decode(content.key, self._raw_store.get(content.key))
        except NotFound:
            content.reject(None, Rejected("object_missing", "there is no such raw object"))
        except ValueError as error:  # UnreadableObject, or a key that names no object
            content.reject(None, Rejected("unreadable_object", str(error)))
        return []

    def _put_aside(self, later: list[bytes]) -> list[str]:
        keys = []
        for start in range(0, len(later), fairness.EVENTS_PER_OBJECT):
            key = raw_objects.key_for(datetime.now(UTC), str(uuid7()))
            part = later[start : start + fairness.EVENTS_PER_OBJECT]
            self._raw_store.put(key, raw_objects.encode(part))
            keys.append(key)
        return keys

    def _take_all(self, content: ObjectContent, numbered: Iterable[tuple[int, bytes]]) -> None:
        # All are read before the first is understood: one kind of work at a time stays in the
        # processor's cache, which is worth a fifteenth of the time.
        events = [(number, lines.event_from(line)) for number, line in numbered]
        for number, event in events:
            self._take(content, number, event)

    def _take(self, content: ObjectContent, number: int, event: Event | Rejected) -> None:
        if isinstance(event, Rejected):
            content.reject(number, event)
            return
        project = self._senders.project_of(event.api_key, event.project_custom_id)
        if isinstance(project, str):
            content.reject(number, Rejected(project, REASONS[project], event.uuid))
            return
        settings = self._settings_of(project)
        if not is_wanted(event, settings):
            content.unwanted.append((project, event))
            return
        understood = understand(event, place_of=self._place_of, project=settings)
        content.events.append((project, understood))

    def _settings_of(self, project: Project) -> ProjectSettings:
        """Made anew where `Senders` read the project anew."""
        read, made = self._settings.get(project.pk, (None, None))
        if made is None or read is not project:
            made = settings_of(project, self._published.of(project.pk))
            self._settings[project.pk] = (project, made)
        return made


def settings_of(project: Project, templates: Templates) -> ProjectSettings:
    """What the project's row and its learned paths say, as the transform reads it."""
    return ProjectSettings(
        templates=templates,
        masker=masker_for(tuple(map(str, project.masked_names)), project.masks_emails),
        disabled_checks=frozenset(map(str, project.disabled_checks)),
        customer_header=project.customer_header.strip().lower(),
        customer_claim=project.customer_claim.strip(),
        excluded=excluded_routes(map(str, project.excluded_routes)),
        sampling_rate=project.sampling_rate,
    )


@cache
def of_this_process() -> Pipeline:
    """The pipeline by the settings; made at first use, after a worker has forked."""
    gc.set_threshold(GARBAGE_AFTER)
    details_store = open_store(settings.DETAILS_STORE_URL)
    if not settings.DETAILS_KEYS:
        logger.info("DETAILS_KEYS is not set: details of requests are kept without encryption")
    return Pipeline(
        raw_store=open_store(settings.RAW_STORE_URL),
        loader=Loader(
            details_store,
            LivePublisher(),
            settings.DETAILS_KEYS,
            open_tracer("treblle-etl", settings.TRACES_URL),
        ),
        place_of=with_reputation(
            place_lookup(settings.GEOIP_PATH, settings.GEOIP_ASN_PATH), settings.BAD_ADDRESSES_PATH
        ),
    )
