"""What was learned from an API customer that is erased: their words go, what the API is like stays.

Nobody knows any more which of a body's examples were theirs. So all go, of the endpoints that they
called; the next requests bring others.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q
from treblle_models.models import Endpoint, Project, Request

from treblle_etl.learning import schemas, state
from treblle_etl.transform.documents.forgetting import forget_words, marked, unmark

QUERY_CHUNK = 500


def out_of_schemas(project: Project, endpoint_uuids: Iterable[str]) -> None:
    """Safe to run again. A run of learning under way publishes nothing of what it read before."""
    state.overtake(project.pk)
    states = schemas.load(_with_parts(project, endpoint_uuids).values())
    for known in states.values():
        forget_words(known.known)
        forget_words(known.recent)
        _unmark(project, known)
    schemas.save(project.pk, schemas.rows_of(states.items()), datetime.now(UTC))


def names_of(project: Project, endpoint_uuids: Iterable[str]) -> set[tuple[str, str]]:
    """As documents call them: (method in lower case, path)."""
    found = _with_parts(project, endpoint_uuids).values()
    return {(endpoint.method.lower(), endpoint.template) for endpoint in found}


def _with_parts(project: Project, endpoint_uuids: Iterable[str]) -> dict[int, Endpoint]:
    called = Endpoint.objects.filter(project=project, uuid__in=list(endpoint_uuids))
    ids = {pk for pair in called.values_list("pk", "merged_into_id") for pk in pair if pk}
    parts = Endpoint.objects.filter(Q(pk__in=ids) | Q(merged_into_id__in=ids), project=project)
    return {endpoint.pk: endpoint for endpoint in parts}


def _unmark(project: Project, known: schemas.Known) -> None:
    """Marks of requests that are gone name them no longer."""
    both = (known.known, known.recent)
    names = sorted(set().union(*map(marked, both)))
    gone: set[str] = set()
    for start in range(0, len(names), QUERY_CHUNK):
        asked = names[start : start + QUERY_CHUNK]
        rows = Request.objects.filter(project=project, uuid__in=asked)
        gone.update(set(asked) - set(map(str, rows.values_list("uuid", flat=True))))
    for operation in both:
        unmark(operation, gone)
