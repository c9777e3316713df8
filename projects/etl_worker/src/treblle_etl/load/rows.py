"""Understood events become rows of `requests`."""

from datetime import datetime

from treblle_models.bulk import row_maker
from treblle_models.models import Project, Request
from treblle_models.models.problems import ERROR_MESSAGE_LENGTH, ERROR_TYPE_LENGTH
from treblle_service.details import Place

from treblle_etl.event import Understood

_make = row_maker(Request)


def request_row(
    project: Project,
    understood: Understood,
    *,
    details: Place,
    loaded_at: datetime,
) -> Request:
    event, place, client = understood.masked, understood.place, understood.client
    caller, checked = understood.caller, understood.checked
    first = event.errors[0] if event.errors else None
    return _make(
        {
            "project_id": project.pk,
            "uuid": event.uuid,
            "received_at": event.received_at,
            "requested_at": event.requested_at,
            "claimed_requested_at": event.claimed_requested_at,
            "loaded_at": loaded_at,
            "method": event.method,
            "host": event.host,
            "path": event.path,
            "status": event.status,
            "load_time_ms": event.load_time_ms,
            "request_size_bytes": event.request_size_bytes,
            "response_size_bytes": event.response_size_bytes,
            "error_count": len(event.errors),
            "error_type": first.type[:ERROR_TYPE_LENGTH] if first else "",
            "error_message": first.message[:ERROR_MESSAGE_LENGTH] if first else "",
            "failed_check_count": len(checked.failed),
            "threat_level": checked.threat_level,
            "regulations": checked.regulations,
            "ip": event.ip,
            "country": place.country,
            "region": place.region,
            "city": place.city,
            "time_zone": place.time_zone,
            "asn": place.asn,
            "as_organization": place.as_organization,
            "user_agent": event.user_agent,
            "agent_kind": client.agent_kind,
            "os": client.os,
            "device": client.device,
            "app": client.app,
            "app_version": client.app_version,
            "sdk": event.sdk,
            "sdk_version": event.sdk_version,
            "trace_id": caller.trace_id,
            "metadata": caller.metadata,
            "details_key": details.key,
            "details_offset": details.offset,
            "details_length": details.length,
        }
    )
