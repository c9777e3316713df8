"""Where alerts go, whether they got there, and trying it out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import AlertChannel, AlertDelivery, Project
from treblle_service.django import push

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.alerts import delivering, queries
from treblle_platform.alerts.forms import ChannelForm, channel_in_words
from treblle_platform.audit import record
from treblle_platform.rate_limit import is_allowed

KINDS = (AlertChannel.Kind.EMAIL, AlertChannel.Kind.SLACK, AlertChannel.Kind.WEBHOOK)
TESTS_A_MINUTE = 6
MINUTE_S = 60


@require_safe
@reads_project
def channels(request: ProjectRequest, project: Project) -> HttpResponse:
    context = {"project": project, "lines": queries.channel_lines(project), "kinds": _kinds()}
    return render(request, "alerts/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writes_project
def channel_new(request: ProjectRequest, project: Project, kind: str) -> HttpResponse:
    if kind not in _kinds():
        raise Http404
    form = ChannelForm(request.POST or None, project=project, kind=kind)
    if form.is_valid():
        made = AlertChannel.make(project, kind=kind, **{"target": ""} | form.cleaned_data)
        changes = {"channel": channel_in_words(made)}
        record(request, "alert_channel.made", made, project=project, changes=changes)
        messages.success(request, "Added. Send a test to see that it gets there.")
        return redirect("alerts:channel", project_uuid=project.uuid, channel_uuid=made.uuid)
    context = {"project": project, "form": form, "kind": AlertChannel.Kind(kind).label}
    status = 400 if form.is_bound else 200
    return render(request, "alerts/channel_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@writes_project
def channel(request: ProjectRequest, project: Project, channel_uuid: UUID) -> HttpResponse:
    """One channel, with the secret of a webhook; a POST switches it on or off."""
    found = _channel(project, channel_uuid)
    if request.method == "POST":
        found.is_enabled = not found.is_enabled
        found.save(update_fields=["is_enabled", "updated_at"])
        action = "alert_channel.switched_on" if found.is_enabled else "alert_channel.switched_off"
        record(request, action, found, project=project)
        return redirect("alerts:channel", project_uuid=project.uuid, channel_uuid=found.uuid)
    context = {"project": project, "channel": found, "label": channel_in_words(found)}
    return render(request, "alerts/channel.html", context)


@require_POST
@writes_project
def channel_test(request: ProjectRequest, project: Project, channel_uuid: UUID) -> HttpResponse:
    found = _channel(project, channel_uuid)
    if not is_allowed("channel-test", request.user.pk, times=TESTS_A_MINUTE, per_s=MINUTE_S):
        messages.error(request, "That were many tests: wait a minute, please.")
    else:
        tried = delivering.send_test(found, timezone.now())
        if tried.status == AlertDelivery.Status.DELIVERED:
            messages.success(request, delivering.in_words(tried))
        else:
            messages.error(request, f"Not delivered: {tried.error}")
    return redirect("alerts:channel", project_uuid=project.uuid, channel_uuid=found.uuid)


@require_POST
@writes_project
def channel_delete(request: ProjectRequest, project: Project, channel_uuid: UUID) -> HttpResponse:
    found = _channel(project, channel_uuid)
    changes = {"channel": channel_in_words(found)}
    record(request, "alert_channel.deleted", found, project=project, changes=changes)
    found.delete()
    messages.success(request, "The channel is gone.")
    return redirect("alerts:channels", project_uuid=project.uuid)


@require_safe
@reads_project
def deliveries(request: ProjectRequest, project: Project) -> HttpResponse:
    page = queries.delivery_page(project, before=request.GET.get("before", ""))
    return render(request, "alerts/deliveries.html", {"project": project, "page": page})


def _kinds() -> tuple[AlertChannel.Kind, ...]:
    """Push only where the operator has somebody to send it."""
    return (*KINDS, AlertChannel.Kind.PUSH) if push.is_on() else KINDS


def _channel(project: Project, uuid: UUID) -> AlertChannel:
    found = (
        AlertChannel.objects.filter(project=project, uuid=uuid).select_related("project").first()
    )
    if found is None:
        raise Http404
    return found
