"""Erasing a project that is gone already: its row went at once, so nobody sees it any more."""

from django.conf import settings
from treblle_models.models import Erasure, Export, Project, Request
from treblle_service.store import ObjectStore, open_store

from treblle_platform.privacy.customer import erase_requests
from treblle_platform.privacy.receipts import count, notes
from treblle_platform.privacy.tables import CHUNK_ROWS, delete_chunk, tables_of_projects

# In the notes of an erasure: numbers of projects whose row is gone.
PROJECT_IDS = "project_ids"
CUSTOM_IDS = "custom_ids"


def drop(erasure: Erasure, project: Project) -> None:
    """Take the project itself away, and note where the rest of it is."""
    notes(erasure).setdefault(PROJECT_IDS, []).append(project.pk)
    notes(erasure).setdefault(CUSTOM_IDS, []).append(project.custom_id)
    chosen = Project.objects.filter(pk=project.pk)
    count(erasure, "rows", Project._meta.db_table, chosen._raw_delete(chosen.db))


def erase_step(erasure: Erasure) -> bool:
    """Some of what is left of the projects; False once nothing is. Safe to run again."""
    store = open_store(settings.DETAILS_STORE_URL)
    return any(
        _erase_some(erasure, project_id, store)
        for project_id in notes(erasure).get(PROJECT_IDS, [])
    )


def _erase_some(erasure: Erasure, project_id: int, store: ObjectStore) -> bool:
    requests = list(Request.objects.filter(project_id=project_id)[:CHUNK_ROWS])
    if requests:
        erase_requests(erasure, requests, store)
        return True
    for model, lookup in tables_of_projects():
        rows = model._base_manager.filter(**{lookup: project_id})
        if model is Export:
            for export in Export.objects.filter(project_id=project_id).exclude(object_key=""):
                store.delete(export.object_key)
        deleted = delete_chunk(rows)
        if deleted:
            count(erasure, "rows", model._meta.db_table, deleted)
            return True
    return False
