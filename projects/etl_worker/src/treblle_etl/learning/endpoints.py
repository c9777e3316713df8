"""Endpoints that the newest templates took in: their rows point to the one they became part of."""

from collections.abc import Iterable
from datetime import datetime

from treblle_models.corrections import CorrectionRefused, digest_of, join, retitle, shape_of
from treblle_models.models import Endpoint, Project

from treblle_etl.transform.paths import Templates


def live(project_id: int) -> list[Endpoint]:
    """All endpoints of a project that did not become part of others."""
    return list(Endpoint.objects.filter(project_id=project_id, merged_into=None).order_by("pk"))


def moved(endpoints: Iterable[Endpoint], templates: Templates) -> list[tuple[Endpoint, str]]:
    """Endpoints learned from traffic, with the template that each is now part of.

    A framework's routes and what a person named or pinned stay as they are.
    """
    found = []
    for endpoint in endpoints:
        if endpoint.source == Endpoint.Source.TRAFFIC and not endpoint.is_pinned:
            template = templates.becomes(endpoint.method, endpoint.template)
            if template is not None and template != endpoint.template:
                found.append((endpoint, template))
    return found


def move(project: Project, changes: Iterable[tuple[Endpoint, str]], now: datetime) -> bool:
    """Point endpoints to those they are part of now, made where there is none; where names of
    parameters alone changed, the row takes them. Whether there is history to follow.

    Runs inside the run's transaction.
    """
    follows = False
    for endpoint, template in changes:
        rows = Endpoint.objects.filter(project=project, method=endpoint.method)
        target = rows.filter(template_digest=digest_of(template)).first()
        is_taken = target is not None and target.merged_into_id is None
        if not is_taken and shape_of(template) == shape_of(endpoint.template):
            _retitled(endpoint, template)
            continue
        if target is None:
            target = Endpoint.objects.create(
                project=project,
                method=endpoint.method,
                template=template,
                template_digest=digest_of(template),
                source=Endpoint.Source.TRAFFIC,
                first_seen_at=endpoint.first_seen_at,
            )
        elif target.merged_into_id is not None:
            rows.filter(pk=target.pk).update(merged_into=None)
        if target.pk != endpoint.pk:
            rows.filter(pk=target.pk, first_seen_at__gt=endpoint.first_seen_at).update(
                first_seen_at=endpoint.first_seen_at
            )
            join(target, [endpoint.pk])
            follows = True
    return follows


def _retitled(endpoint: Endpoint, template: str) -> None:
    try:
        retitle(endpoint, template)
    except CorrectionRefused:  # a person was quicker with the same name
        return
