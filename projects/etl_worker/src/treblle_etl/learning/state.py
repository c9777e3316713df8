"""The row of `path_states`: the learner, until when it has read, and what workers ask."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import msgspec
import zstandard
from treblle_models.models import PathState

from treblle_etl.transform.paths import Corrections, Learner, Templates, UnreadableState

logger = logging.getLogger(__name__)

FORMAT: Final = 2
MAX_LEARNER_BYTES: Final = 256 * 2**20  # what a learner may take when it is unpacked


class _Stored(msgspec.Struct):
    learned_until: datetime | None
    templates: bytes
    # msgpack, compressed by zstd; workers leave it alone.
    learner: bytes


@dataclass
class ProjectState:
    """What a run starts from; `version` is when it was published, None where there was none."""

    version: datetime | None = None
    learned_until: datetime | None = None
    learner: Learner = field(default_factory=Learner)
    requests: int = 0


def load(project_id: int) -> ProjectState:
    """The state as it was published last; learned anew where its format is not known."""
    row = PathState.objects.filter(project_id=project_id).first()
    if row is None:
        return ProjectState()
    fresh = ProjectState(version=row.updated_at)
    try:
        stored = _stored(row)
        if stored is None:
            return fresh
        packed = zstandard.ZstdDecompressor().decompress(stored.learner, MAX_LEARNER_BYTES)
        learner = Learner.from_bytes(packed)
    except (msgspec.DecodeError, zstandard.ZstdError, UnreadableState) as error:
        logger.warning("paths of project %s are learned anew: %s", project_id, error)
        return fresh
    return ProjectState(row.updated_at, stored.learned_until, learner, row.requests)


def packed(state: ProjectState) -> bytes:
    """As `save` takes it. Most of the work of saving: not for the inside of a transaction."""
    learner = zstandard.ZstdCompressor(level=3).compress(state.learner.to_bytes())
    templates = state.learner.published().to_bytes()
    return msgspec.msgpack.encode(_Stored(state.learned_until, templates, learner))


def save(project_id: int, state: ProjectState, content: bytes) -> bool:
    """Publish; False where another run, or a correction, was quicker: then nothing is written.

    Runs inside the transaction of all that the run found.
    """
    rows = PathState.objects.select_for_update().filter(project_id=project_id)
    if rows.values_list("updated_at", flat=True).first() != state.version:
        return False
    now = datetime.now(UTC)
    values = {"format": FORMAT, "state": content, "requests": state.requests}
    if state.version is None:
        PathState.objects.create(project_id=project_id, **values)
    else:
        PathState.objects.filter(project_id=project_id).update(**values, updated_at=now)
    return True


def load_version(project_id: int) -> datetime | None:
    """When the state was published last; None where there is none."""
    rows = PathState.objects.filter(project_id=project_id)
    return rows.values_list("updated_at", flat=True).first()


def touch(project_id: int, version: datetime | None) -> bool:
    """Make it a new version where it still is the given one; False where it is not."""
    if version is None:
        return False
    rows = PathState.objects.filter(project_id=project_id, updated_at=version)
    return bool(rows.update(updated_at=datetime.now(UTC)))


def overtake(project_id: int) -> None:
    """Make it a new version, so that what others read before is not published. Holds the row."""
    PathState.objects.filter(project_id=project_id).update(updated_at=datetime.now(UTC))


def published(project_id: int, corrections: Corrections) -> Templates:
    """The templates as they were published last."""
    row = PathState.objects.filter(project_id=project_id).first()
    try:
        stored = _stored(row) if row is not None else None
        if stored is None:
            return Templates(corrections=corrections)
        return Templates.from_bytes(stored.templates, corrections)
    except msgspec.DecodeError as error:
        logger.warning("templates of project %s cannot be read: %s", project_id, error)
        return Templates(corrections=corrections)


def _stored(row: PathState) -> _Stored | None:
    if row.format != FORMAT or not row.state:
        return None
    return msgspec.msgpack.decode(bytes(row.state), type=_Stored)
