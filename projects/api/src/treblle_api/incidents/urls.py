from django.urls import path

from treblle_api.incidents.views import OneProblem, Problems
from treblle_api.projects.urls import PROJECT

PROBLEMS = f"{PROJECT}/problems"

urlpatterns = [
    path(PROBLEMS, Problems.as_view(), name="problems"),
    path(f"{PROBLEMS}/<any_case_uuid:problem_uuid>", OneProblem.as_view(), name="problem"),
]
