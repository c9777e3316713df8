from django.urls import path

from treblle_api.endpoints.views import Endpoints, Merge, OneEndpoint
from treblle_api.projects.urls import PROJECT

ENDPOINTS = f"{PROJECT}/endpoints"

urlpatterns = [
    path(ENDPOINTS, Endpoints.as_view(), name="endpoints"),
    path(f"{ENDPOINTS}/merge", Merge.as_view(), name="endpoints-merge"),
    path(f"{ENDPOINTS}/<any_case_uuid:endpoint_uuid>", OneEndpoint.as_view(), name="endpoint"),
]
