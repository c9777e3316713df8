"""Which rows hang on a row: every table of the models that leads to it by foreign keys."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from treblle_models.models import Project

CHUNK_ROWS = 500


def tables_of_projects() -> Iterator[tuple[type[models.Model], str]]:
    """Tables that belong to projects, those further away first, with the lookup of the project's
    id (`project_id`, `alert__project_id`).

    Taken from the models, not listed: a table that is new is not forgotten.
    """
    found = [
        (model, lookup)
        for model in apps.get_app_config("treblle_models").get_models()
        if (lookup := _lookup(model, set())) is not None
    ]
    yield from sorted(found, key=lambda pair: -pair[1].count("__"))


def _lookup(model: type[models.Model], on_the_way: set[type[models.Model]]) -> str | None:
    keys = [
        field for field in model._meta.local_concrete_fields if isinstance(field, models.ForeignKey)
    ]
    for key in keys:
        if key.remote_field.model is Project:
            return str(key.attname)
    for key in keys:
        if key.null or key.remote_field.model in on_the_way | {model}:
            continue
        rest = _lookup(key.remote_field.model, on_the_way | {model})
        if rest is not None:
            return f"{key.name}__{rest}"
    return None


def delete_chunk(rows: "models.QuerySet[models.Model]") -> int:
    """Delete up to `CHUNK_ROWS` of them without looking for what hangs on them; how many."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK_ROWS])
    if keys:
        chosen = rows.model._base_manager.filter(pk__in=keys)
        chosen._raw_delete(chosen.db)
    return len(keys)
