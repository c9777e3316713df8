from django.urls import path

from treblle_api.projects.urls import PROJECT
from treblle_api.quality.views import Checks, OneCheck, Quality

urlpatterns = [
    path(f"{PROJECT}/quality", Quality.as_view(), name="quality"),
    path(f"{PROJECT}/checks", Checks.as_view(), name="checks"),
    path(f"{PROJECT}/checks/<slug:code>", OneCheck.as_view(), name="check"),
]
