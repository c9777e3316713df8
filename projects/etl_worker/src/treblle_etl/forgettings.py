"""Orders to forget what was learned: rows, so that none is lost with the broker.

The platform makes them in the transaction that takes away what they are found by; each is worked off
in bounded steps, and beat finds again what stands still.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from celery import current_app
from django.db import transaction
from treblle_models.corrections import FOLLOW_QUEUE, FOLLOW_TASK
from treblle_models.models import ApiChange, ApiDocument, Forgetting, Problem, Progress, Project

from treblle_etl.learning import forgetting, naming_nobody
from treblle_etl.transform.documents.forgetting import without_examples
from treblle_etl.transform.documents.wording import without_words
from treblle_etl.transform.words import Words

ENDPOINTS_A_STEP: Final = 50
LOST_AFTER: Final = timedelta(minutes=5)
MAX_DUE: Final = 100

Part = Forgetting.Part
# A step of a part: where the next begins, None when the part is done.
Step = Callable[[Project, Forgetting, Words], int | None]


def due(now: datetime) -> list[str]:
    """Uuids of orders that nobody worked on for a while."""
    rows = Forgetting.objects.exclude(progress=Progress.DONE).filter(
        updated_at__lt=now - LOST_AFTER
    )
    return [str(uuid) for uuid in rows.order_by("pk").values_list("uuid", flat=True)[:MAX_DUE]]


@transaction.atomic
def take_step(uuid: str) -> bool:
    """Some of an order; whether there is more. Safe to run again."""
    order = Forgetting.objects.select_for_update().filter(uuid=uuid).first()
    if order is None or order.progress == Progress.DONE:
        return False
    order.progress = Progress.RUNNING
    project = Project.objects.filter(uuid=order.project_uuid).first()
    place = None
    if project is not None:
        place = STEPS[Part(order.part)](project, order, Words(order.words))
    order.position = place or 0
    if place is None:
        parts = list(Part)
        left = parts[parts.index(Part(order.part)) + 1 :] if project is not None else []
        if left:
            order.part = left[0]
        else:
            order.progress, order.endpoints, order.words = Progress.DONE, [], []
    order.save()
    return order.progress != Progress.DONE


def _examples(project: Project, order: Forgetting, _: Words) -> int | None:
    end = order.position + ENDPOINTS_A_STEP
    forgetting.out_of_schemas(project, order.endpoints[order.position : end])
    return end if end < len(order.endpoints) else None


def _paths(project: Project, _: Forgetting, words: Words) -> None:
    if words and naming_nobody.out_of_paths(project, words):
        arguments = {"project": str(project.uuid)}

        def follow() -> None:
            current_app.send_task(FOLLOW_TASK, kwargs=arguments, queue=FOLLOW_QUEUE)

        # Where the message is lost, the hourly round does it.
        transaction.on_commit(follow, robust=True)


def _values(project: Project, order: Forgetting, words: Words) -> int | None:
    return naming_nobody.out_of_schemas(project, words, order.position) if words else None


def _documents(project: Project, order: Forgetting, words: Words) -> int | None:
    """A version a step, the newest first. Only there endpoints are found by name: in older ones
    they may have had others, so the examples of all go.
    """
    rows = ApiDocument.objects.filter(project=project, source=ApiDocument.Source.TRAFFIC)
    is_newest = not order.position
    if not is_newest:
        rows = rows.filter(version__lt=order.position)
    document = rows.order_by("-version").first()
    if document is None:
        return None
    had_any = False
    if order.endpoints:
        names = forgetting.names_of(project, order.endpoints) if is_newest else None
        had_any |= without_examples(document.content, names)
    if words:
        had_any |= without_words(document.content, words)
    if had_any:
        document.save(update_fields=["content"])
    return document.version


def _drift(project: Project, order: Forgetting, words: Words) -> int | None:
    changes = ApiChange.objects.filter(project=project)
    return naming_nobody.out_of_texts(changes, ("location", "description"), words, order.position)


def _problems(project: Project, order: Forgetting, words: Words) -> int | None:
    problems = Problem.objects.filter(project=project)
    return naming_nobody.out_of_texts(problems, ("error_message",), words, order.position)


STEPS: Final[dict[Part, Step]] = {
    Part.EXAMPLES: _examples,
    Part.PATHS: _paths,
    Part.VALUES: _values,
    Part.DOCUMENTS: _documents,
    Part.DRIFT: _drift,
    Part.PROBLEMS: _problems,
}
