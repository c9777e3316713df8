from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from treblle_platform.access import ProjectRequest
from treblle_platform.projects.forms import ProjectForm
from treblle_platform.projects.operations import PlanIsFull, create_project
from treblle_platform.projects.queries import project_cards


@require_safe
def project_list(request: ProjectRequest) -> HttpResponse:
    cards = project_cards(request.user, timezone.now())
    return render(request, "projects/list.html", {"cards": cards})


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: ProjectRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if form.is_valid():
        try:
            project = create_project(owner=request.user, name=form.cleaned_data["name"])
        except PlanIsFull as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("onboarding:setup", project_uuid=project.uuid)
    status = 400 if form.is_bound else 200
    return render(request, "projects/new.html", {"form": form}, status=status)
