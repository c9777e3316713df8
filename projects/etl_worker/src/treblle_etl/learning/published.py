"""Templates for workers: what was published last of each project."""

from collections import OrderedDict
from datetime import datetime
from typing import Final

from treblle_models.models import Endpoint, PathState

from treblle_etl.learning import state
from treblle_etl.load import endpoints
from treblle_etl.transform.paths import Corrections, Templates

MAX_PROJECTS: Final = 500  # remembered by a process


class Published:
    """Remembers the templates of projects; reads them anew once another version is there."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[datetime | None, Templates]] = OrderedDict()

    def of(self, project_id: int) -> Templates:
        """One small query where nothing changed. Callers remember it for a few seconds."""
        row = PathState.objects.filter(project_id=project_id)
        version = row.values_list("updated_at", flat=True).first()
        known = self._known.get(project_id)
        if known is None or known[0] != version:
            known = (version, state.published(project_id, corrections_of(project_id)))
            self._known[project_id] = known
            endpoints.forget(project_id)
        self._known.move_to_end(project_id)
        if len(self._known) > MAX_PROJECTS:
            self._known.popitem(last=False)
        return known[1]


def corrections_of(project_id: int) -> Corrections:
    """What people said, from the rows of the endpoints."""
    rows = Endpoint.objects.filter(project_id=project_id, merged_into=None)
    listed = list(rows.values_list("template", "source", "is_pinned"))
    return Corrections(
        pinned=(template for template, _, is_pinned in listed if is_pinned),
        named=(template for template, source, _ in listed if source == Endpoint.Source.PERSON),
        standing=(template for template, _, is_pinned in listed if not is_pinned),
        live=(template for template, _, _ in listed),
    )
