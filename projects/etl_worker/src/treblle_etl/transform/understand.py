"""All insights on one event, in order: the registry of this room."""

from collections.abc import Callable

from treblle_etl.event import Event, Place, Understood
from treblle_etl.transform.caller import caller_of
from treblle_etl.transform.checks import check_request
from treblle_etl.transform.client import client_of
from treblle_etl.transform.details import details_of
from treblle_etl.transform.problems import failure_of
from treblle_etl.transform.project import ProjectSettings
from treblle_etl.transform.template import template_of


def understand(
    event: Event, *, place_of: Callable[[str], Place], project: ProjectSettings
) -> Understood:
    """`place_of` looks an address up; it is passed in because reading a database is I/O."""
    shown = project.masker.shown(event)
    masked = shown.event
    template, from_framework = template_of(
        event.method, masked.path, masked.route, event.status, project.templates
    )
    place = place_of(event.ip)
    checked = check_request(event, template=template, place=place, disabled=project.disabled_checks)
    return Understood(
        event=event,
        masked=masked,
        place=place,
        client=client_of(event.user_agent),
        template=template,
        template_from_framework=from_framework,
        caller=caller_of(event, project),
        failure=failure_of(masked),
        checked=checked,
        details=details_of(shown, checked),
    )
