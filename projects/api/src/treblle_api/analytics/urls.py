from django.urls import path

from treblle_api.analytics.views import Analytics
from treblle_api.projects.urls import PROJECT

urlpatterns = [path(f"{PROJECT}/analytics", Analytics.as_view(), name="analytics")]
