"""Alerts of a project and their rules."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.alert_rules import change_rule, close_alert, make_rule
from treblle_models.models import Alert, AlertRule, Project, SavedSearch

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.alerts import queries
from treblle_platform.alerts.forms import STARTING_THRESHOLDS, Metric, RuleForm
from treblle_platform.audit import record


@require_safe
@reads_project
def alerts(request: ProjectRequest, project: Project) -> HttpResponse:
    page = queries.alert_page(project, before=request.GET.get("before", ""))
    has_rules = AlertRule.objects.filter(project=project).exists()
    context = {"project": project, "page": page, "has_rules": has_rules}
    return render(request, "alerts/list.html", context)


@require_safe
@reads_project
def rules(request: ProjectRequest, project: Project) -> HttpResponse:
    context = {"project": project, "lines": queries.rule_lines(project)}
    return render(request, "alerts/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writes_project
def rule_new(request: ProjectRequest, project: Project) -> HttpResponse:
    """First what is watched, then the rest; `?search=<uuid>` makes an alert of a saved search."""
    metric = request.GET.get("metric", "")
    search = request.GET.get("search", "")
    if search:
        metric = Metric.SEARCH
    if metric not in Metric.values:
        has_searches = SavedSearch.objects.visible_to(request.user).filter(project=project).exists()
        metrics = [each for each in Metric if each != Metric.SEARCH or has_searches]
        return render(request, "alerts/metrics.html", {"project": project, "metrics": metrics})
    initial: dict[str, Any] = {
        "name": Metric(metric).label,
        "threshold": STARTING_THRESHOLDS.get(Metric(metric)),
        "time_zone": request.user.time_zone,
        "window_minutes": 60 if metric in (Metric.SPIKE, Metric.DROP) else 5,
        "saved_search": search or None,
        "channels": list(project.alert_channels.values_list("uuid", flat=True)),
    }
    form = RuleForm(
        request.POST or None, project=project, user=request.user, metric=metric, initial=initial
    )
    if form.is_valid():
        made = make_rule(
            project,
            request.user,
            metric=metric,
            channels=form.cleaned_data["channels"],
            **form.fields_of_rule(),
        )
        changes = {"name": made.name, "condition": queries.condition(made)}
        record(request, "alert_rule.made", made, project=project, changes=changes)
        messages.success(request, f"“{made.name}” is watched from now on.")
        return redirect("alerts:rules", project_uuid=project.uuid)
    return _rule_page(request, project, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@writes_project
def rule(request: ProjectRequest, project: Project, rule_uuid: UUID) -> HttpResponse:
    found = _rule(project, rule_uuid)
    form = RuleForm(
        request.POST or None,
        project=project,
        user=request.user,
        metric=found.metric,
        initial=queries.initial_of(found),
    )
    if form.is_valid():
        before = queries.condition(found)
        change_rule(found, channels=form.cleaned_data["channels"], **form.fields_of_rule())
        changes = {"name": found.name, "condition": [before, queries.condition(found)]}
        record(request, "alert_rule.changed", found, project=project, changes=changes)
        messages.success(request, "Saved.")
        return redirect("alerts:rules", project_uuid=project.uuid)
    return _rule_page(request, project, form, found)


@require_POST
@writes_project
def rule_delete(request: ProjectRequest, project: Project, rule_uuid: UUID) -> HttpResponse:
    found = _rule(project, rule_uuid)
    record(request, "alert_rule.deleted", found, project=project, changes={"name": found.name})
    found.delete()
    messages.success(request, f"“{found.name}” is gone.")
    return redirect("alerts:rules", project_uuid=project.uuid)


@require_POST
@writes_project
def alert_close(request: ProjectRequest, project: Project, alert_uuid: UUID) -> HttpResponse:
    found = Alert.objects.filter(project=project, uuid=alert_uuid).first()
    if found is None:
        raise Http404
    if close_alert(found, timezone.now()):
        record(request, "alert.closed", found, project=project)
        messages.success(request, "Closed. It opens anew should the rule come true again.")
    return redirect("alerts:list", project_uuid=project.uuid)


def _rule(project: Project, uuid: UUID) -> AlertRule:
    related = ("endpoint", "environment", "saved_search")
    found = AlertRule.objects.filter(project=project, uuid=uuid).select_related(*related).first()
    if found is None:
        raise Http404
    return found


def _rule_page(
    request: ProjectRequest, project: Project, form: RuleForm, found: AlertRule | None
) -> HttpResponse:
    context = {"project": project, "form": form, "rule": found, "metric": form.metric.label}
    return render(request, "alerts/rule.html", context, status=400 if form.is_bound else 200)
