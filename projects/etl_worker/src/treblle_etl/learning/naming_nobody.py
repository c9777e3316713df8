"""Words that name an API customer who is erased go out of what was learned of the whole project.

What a person set (a template that is pinned, an uploaded document) is the team's own, and stays.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import QuerySet
from treblle_models.corrections import digest_of
from treblle_models.models import Endpoint, Project
from treblle_models.models.endpoints import PATH_LENGTH

from treblle_etl.learning import endpoints, schemas, state
from treblle_etl.learning.published import corrections_of
from treblle_etl.transform.documents.forgetting import forget_values
from treblle_etl.transform.documents.wording import template_without
from treblle_etl.transform.words import Words

ENDPOINTS_A_STEP: Final = 50
ROWS_A_STEP: Final = 500


def out_of_paths(project: Project, words: Words) -> bool:
    """Whether endpoints became part of others, so that history has to follow. Safe to run again."""
    now = datetime.now(UTC)
    # Holds the row: no run of learning publishes between what is read here and written.
    state.overtake(project.pk)
    found = state.load(project.pk)
    follows = False
    if found.version is not None and found.learner.forget(words.has):
        state.save(project.pk, found, state.packed(found))
        templates = found.learner.published(corrections_of(project.pk))
        changes = endpoints.moved(endpoints.live(project.pk), templates)
        follows = endpoints.move(project, changes, now)
    _rename(project, words)
    return follows


def _rename(project: Project, words: Words) -> None:
    """Rows that lead to others, and those learning no longer knows of, lose the word as well."""
    rows = Endpoint.objects.filter(
        project=project, source=Endpoint.Source.TRAFFIC, is_pinned=False
    ).only("pk", "uuid", "template")
    for endpoint in rows.order_by("pk").iterator():
        template = template_without(endpoint.template, words)[:PATH_LENGTH]
        if template != endpoint.template:
            # Of its own: the name without the word may be another's.
            digest = digest_of(f"{template} {endpoint.uuid}")
            Endpoint.objects.filter(pk=endpoint.pk).update(
                template=template, template_digest=digest
            )


def out_of_schemas(project: Project, words: Words, position: int) -> int | None:
    """Of the next endpoints after that id; the last one's id, None when all were looked at."""
    state.overtake(project.pk)
    rows = Endpoint.objects.filter(project=project, pk__gt=position).order_by("pk")
    found = {endpoint.pk: endpoint for endpoint in rows[:ENDPOINTS_A_STEP]}
    states = schemas.load(found.values())
    for known in states.values():
        forget_values(known.known, words)
        forget_values(known.recent, words)
    schemas.save(project.pk, schemas.rows_of(states.items()), datetime.now(UTC))
    return max(found) if len(found) == ENDPOINTS_A_STEP else None


def out_of_texts(
    rows: QuerySet[Any],
    fields: Sequence[str],
    words: Words,
    position: int,
) -> int | None:
    """Of the next rows after that id; the last one's id, None when all were looked at."""
    found = list(rows.filter(pk__gt=position).order_by("pk")[:ROWS_A_STEP]) if words else []
    for row in found:
        said = [getattr(row, field) for field in fields]
        left = list(map(words.out_of, said))
        if left != said:
            for field, text in zip(fields, left, strict=True):
                setattr(row, field, text)
            row.save(update_fields=fields)
    return found[-1].pk if len(found) == ROWS_A_STEP else None
