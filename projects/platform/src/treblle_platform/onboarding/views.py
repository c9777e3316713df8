from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Project

from treblle_platform.access import ProjectRequest, writes_project
from treblle_platform.onboarding.operations import (
    FRAMEWORKS,
    NoSuchFramework,
    NotTaken,
    choose_framework,
    send_test_request,
)


@require_safe
@never_cache
@writes_project
def setup(request: ProjectRequest, project: Project) -> HttpResponse:
    """The visitor's own account key: whoever sets up an API sends as themselves."""
    intake = urlsplit(settings.INTAKE_URL)
    context = {
        "project": project,
        "frameworks": FRAMEWORKS,
        "framework": project.framework or FRAMEWORKS[0][0],
        "api_key": request.user.api_key,
        "intake_url": settings.INTAKE_URL,
        "dsn": f"{intake.scheme}://{request.user.api_key}@{intake.netloc}/{project.custom_id}",
        "since": timezone.now().isoformat(),
    }
    return render(request, "onboarding/setup.html", context)


@require_POST
@writes_project
def framework(request: ProjectRequest, project: Project) -> HttpResponse:
    try:
        choose_framework(project=project, framework=request.POST.get("framework", ""))
    except NoSuchFramework as error:
        raise BadRequest("There is no snippet for that framework.") from error
    return redirect("onboarding:setup", project_uuid=project.uuid)


@require_POST
@writes_project
def test_request(request: ProjectRequest, project: Project) -> HttpResponse:
    try:
        send_test_request(project=project, user=request.user, now=timezone.now())
    except NotTaken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The test request is on its way: it shows below.")
    return redirect("onboarding:setup", project_uuid=project.uuid)
