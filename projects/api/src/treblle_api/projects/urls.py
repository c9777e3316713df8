from django.urls import path

from treblle_api.projects.views import Environments, Keys, OneProject, Projects

PROJECT = "projects/<any_case_uuid:project_uuid>"

urlpatterns = [
    path("projects", Projects.as_view(), name="projects"),
    path(PROJECT, OneProject.as_view(), name="project"),
    path(f"{PROJECT}/keys", Keys.as_view(), name="project-keys"),
    path(f"{PROJECT}/environments", Environments.as_view(), name="environments"),
]
