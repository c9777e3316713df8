"""Pages of a project's settings. Viewers read them; members change them; some are the owner's."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import Environment, Project
from treblle_service.store import NotFound

from treblle_platform.access import ProjectRequest, project_to_write, reads_project, writes_project
from treblle_platform.audit import differences, record
from treblle_platform.project_settings import operations, queries
from treblle_platform.project_settings.forms import DataForm, EnvironmentForm, GeneralForm

PERCENT = 100


@require_http_methods(["GET", "HEAD", "POST"])
@reads_project
def general(request: ProjectRequest, project: Project) -> HttpResponse:
    before = {"name": project.name, "description": project.description}
    form = GeneralForm(request.POST or None, initial=before)
    if form.is_valid():
        project_to_write(request.user, project.uuid)
        with transaction.atomic():
            operations.change_project(project, **form.cleaned_data)
            changes = differences(before, form.cleaned_data)
            record(request, "project.changed", project, project=project, changes=changes)
        messages.success(request, "Saved.")
        return redirect("project_settings:general", project_uuid=project.uuid)
    context = {"project": project, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "project_settings/general.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@reads_project
def data(request: ProjectRequest, project: Project) -> HttpResponse:
    days = operations.plan_days(project)
    before = queries.data_settings(project)
    form = DataForm(request.POST or None, initial=before, plan_days=days)
    if form.is_valid():
        project_to_write(request.user, project.uuid)
        changes = differences(before, form.cleaned_data)
        fields = dict(form.cleaned_data)
        fields["sampling_rate"] = fields.pop("sampling_percent") / PERCENT
        with transaction.atomic():
            operations.change_project(project, **fields)
            record(request, "project.data_changed", project, project=project, changes=changes)
        messages.success(request, "Saved. It holds for requests from now on.")
        return redirect("project_settings:data", project_uuid=project.uuid)
    context = {"project": project, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "project_settings/data.html", context, status=status)


@require_safe
@reads_project
def environments(request: ProjectRequest, project: Project) -> HttpResponse:
    return _environments(request, project, EnvironmentForm())


@require_POST
@writes_project
def environment_add(request: ProjectRequest, project: Project) -> HttpResponse:
    form = EnvironmentForm(request.POST)
    if form.is_valid():
        try:
            made = operations.add_environment(project, form.cleaned_data["name"])
        except operations.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            changes = {"name": made.name}
            record(request, "environment.added", made, project=project, changes=changes)
            return redirect("project_settings:environments", project_uuid=project.uuid)
    return _environments(request, project, form, status=400)


@require_POST
@writes_project
def environment_change(
    request: ProjectRequest, project: Project, environment_uuid: UUID
) -> HttpResponse:
    """Another name, or with `remove` none any more."""
    environment = project.environments.filter(uuid=environment_uuid).first()
    if environment is None:
        raise Http404
    back = redirect("project_settings:environments", project_uuid=project.uuid)
    old, form = environment.name, EnvironmentForm(request.POST)
    try:
        if "remove" in request.POST:
            record(
                request, "environment.removed", environment, project=project, changes={"name": old}
            )
            operations.remove_environment(environment)
        elif form.is_valid() and form.cleaned_data["name"] != old:
            name = form.cleaned_data["name"]
            operations.rename_environment(environment, name)
            changes = {"name": [old, name]}
            record(request, "environment.renamed", environment, project=project, changes=changes)
    except operations.Refused as refusal:
        messages.error(request, str(refusal))
    return back


@require_safe
@reads_project
def pinned(request: ProjectRequest, project: Project) -> HttpResponse:
    context = {"project": project, "pins": queries.pins(project)}
    return render(request, "project_settings/pinned.html", context)


@require_POST
@writes_project
def pin(request: ProjectRequest, project: Project, request_uuid: UUID) -> HttpResponse:
    """Keep a request, or with `unpin` let it go; leads back to the request while it is there."""
    held = project.pinned_requests.filter(request_uuid=request_uuid).first()
    found = operations.find_request(project, request_uuid)
    if "unpin" in request.POST and held is not None:
        record(request, "request.unpinned", held, project=project)
        operations.unpin(held, found)
        messages.success(request, "No longer pinned.")
    elif found is None:
        raise Http404
    elif held is None:
        try:
            made = operations.pin(found, request.user)
        except NotFound:
            messages.error(request, "Its headers and bodies are gone already: nothing to keep.")
        else:
            record(request, "request.pinned", made, project=project)
            messages.success(request, "Pinned: it stays when others go.")
    if found is None or request.POST.get("from") == "list":
        return redirect("project_settings:pinned", project_uuid=project.uuid)
    return redirect("requests:detail", project_uuid=project.uuid, request_uuid=request_uuid)


@require_safe
@reads_project
def audit(request: ProjectRequest, project: Project) -> HttpResponse:
    page = queries.audit_page(project, before=request.GET.get("before", ""))
    return render(request, "project_settings/audit.html", {"project": project, "page": page})


def _environments(
    request: ProjectRequest, project: Project, form: EnvironmentForm, status: int = 200
) -> HttpResponse:
    found = Environment.objects.filter(project=project).order_by("name")
    context = {"project": project, "form": form, "environments": found}
    return render(request, "project_settings/environments.html", context, status=status)
