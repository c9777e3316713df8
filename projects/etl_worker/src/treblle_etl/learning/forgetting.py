"""What was learned from an API customer that is erased: their words go, what the API is like stays.

Nobody knows any more which of a body's examples were theirs. So all go, of the endpoints that they
called; the next requests bring others.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q
from treblle_models.models import ApiDocument, Endpoint, Project

from treblle_etl.learning import schemas, state
from treblle_etl.transform.documents.forgetting import forget_words, without_examples


@transaction.atomic
def forget(project: Project, endpoint_uuids: Iterable[str]) -> None:
    """Safe to run again. A run of learning under way publishes nothing of what it read before."""
    state.overtake(project.pk)
    called = Endpoint.objects.filter(project=project, uuid__in=list(endpoint_uuids))
    ids = {pk for pair in called.values_list("pk", "merged_into_id") for pk in pair if pk}
    parts = Endpoint.objects.filter(Q(pk__in=ids) | Q(merged_into_id__in=ids), project=project)
    endpoints = {endpoint.pk: endpoint for endpoint in parts}
    now = datetime.now(UTC)
    for pk, known in schemas.load(endpoints.values()).items():
        forget_words(known.known)
        forget_words(known.recent)
        schemas.save(endpoints[pk], known, now)
    _forget_in_documents(project, {(e.method.lower(), e.template) for e in endpoints.values()})


def _forget_in_documents(project: Project, names: set[tuple[str, str]]) -> None:
    """Of the newest version by name; in older ones endpoints may have had others."""
    rows = ApiDocument.objects.filter(project=project, source=ApiDocument.Source.TRAFFIC)
    for place, document in enumerate(rows.order_by("-version")):
        if without_examples(document.content, names if place == 0 else None):
            document.save(update_fields=["content"])
