from django.urls import path

from treblle_api.projects.urls import PROJECT
from treblle_api.security.views import Anomalies, Security

urlpatterns = [
    path(f"{PROJECT}/security", Security.as_view(), name="security"),
    path(f"{PROJECT}/anomalies", Anomalies.as_view(), name="anomalies"),
]
