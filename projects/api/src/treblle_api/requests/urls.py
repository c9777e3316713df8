from django.urls import path

from treblle_api.projects.urls import PROJECT
from treblle_api.requests.views import Export, OneRequest, Requests

REQUESTS = f"{PROJECT}/requests"

urlpatterns = [
    path(REQUESTS, Requests.as_view(), name="requests"),
    path(f"{REQUESTS}/export", Export.as_view(), name="requests-export"),
    path(f"{REQUESTS}/<any_case_uuid:request_uuid>", OneRequest.as_view(), name="request"),
]
