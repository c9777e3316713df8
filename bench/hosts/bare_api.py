"""`uvicorn bench.hosts.bare_api:application`: what an app's first screen asks for, by bare views.

The queries are the API's own, the token's and the project's too; what a row looks like is written
by hand. No framework but Django, no conventions: no cursors, ETags, limits, chosen fields.
"""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, JsonResponse
from treblle_service.django.settings import database_from_url

settings.configure(
    ALLOWED_HOSTS=["*"],
    AUTH_USER_MODEL="treblle_models.User",
    DATABASES={"default": database_from_url(os.environ["DATABASE_URL"])},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        *("django.contrib.auth", "django.contrib.contenttypes"),
        *("treblle_models", "treblle_api"),
    ],
    # Says how long an answer is, as clients that keep their connection need it.
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF="bench.hosts.bare_api",
    SECRET_KEY="bench",
    USE_I18N=False,
    USE_TZ=True,
)
django.setup()

from django.urls import path  # noqa: E402 - needs the settings
from treblle_api.access import visible_project, visible_projects  # noqa: E402
from treblle_api.analytics.queries import answer, question_of  # noqa: E402
from treblle_api.incidents.serializers import ProblemSerializer  # noqa: E402
from treblle_api.incidents.views import problems_of  # noqa: E402
from treblle_api.projects.serializers import ProjectSerializer  # noqa: E402
from treblle_models.models import AccessToken, User  # noqa: E402
from treblle_models.request_filters import RequestFilter  # noqa: E402
from treblle_models.request_pages import request_page  # noqa: E402
from treblle_models.summary import summary_of  # noqa: E402

PAGE = 50
OF_PROBLEMS = [name for name in ProblemSerializer.Meta.fields if not name.endswith("_uuid")]


def bare(view: Callable[..., dict[str, Any]]) -> Callable[..., JsonResponse]:
    def answered(request: HttpRequest, **given: Any) -> JsonResponse:
        token = AccessToken.objects.find(request.headers["Authorization"].removeprefix("Bearer "))
        if token is None:
            return JsonResponse({}, status=401)
        return JsonResponse(view(request, token.user, **given))

    return answered


@bare
def me(request: HttpRequest, user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("uuid", "email", "name", "time_zone")}


@bare
def projects(request: HttpRequest, user: User) -> dict[str, Any]:
    rows = visible_projects(user).order_by("-created_at", "-uuid")[: PAGE + 1]
    return _page(rows, ProjectSerializer.Meta.fields)


@bare
def numbers(request: HttpRequest, user: User, project_uuid: UUID) -> dict[str, Any]:
    project = visible_project(user, project_uuid)
    start, end = (datetime.fromisoformat(request.GET[name]) for name in ("start", "end"))
    asked = {
        "metric": "load_time_p95_ms",
        "interval": "hour",
        "start": start,
        "end": end,
        "limit": 10,
    }
    return answer(project, question_of(asked))


@bare
def requests(request: HttpRequest, user: User, project_uuid: UUID) -> dict[str, Any]:
    page = request_page(visible_project(user, project_uuid), RequestFilter(), size=PAGE)
    templates = ((row, row.endpoint.template if row.endpoint else None) for row in page.rows)
    return {"results": [summary_of(row, template) for row, template in templates]}


@bare
def problems(request: HttpRequest, user: User, project_uuid: UUID) -> dict[str, Any]:
    rows = problems_of(visible_project(user, project_uuid)).order_by("-last_seen_at", "-uuid")
    return _page(rows[: PAGE + 1], OF_PROBLEMS)


def _page(rows: Any, names: list[str]) -> dict[str, Any]:
    return {"results": [{name: getattr(row, name) for name in names} for row in rows[:PAGE]]}


PROJECT = "v1/projects/<uuid:project_uuid>"
urlpatterns = [
    path("v1/me", me),
    path("v1/projects", projects),
    path(f"{PROJECT}/analytics", numbers),
    path(f"{PROJECT}/requests", requests),
    path(f"{PROJECT}/problems", problems),
]
application = get_asgi_application()
