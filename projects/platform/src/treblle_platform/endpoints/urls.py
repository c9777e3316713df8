from django.urls import path

from treblle_platform.endpoints import views

app_name = "endpoints"
urlpatterns = [
    path("", views.endpoint_list, name="list"),
    path("<uuid:endpoint_uuid>/", views.endpoint_detail, name="detail"),
    path("<uuid:endpoint_uuid>/history/", views.endpoint_history, name="history"),
    path("<uuid:endpoint_uuid>/name/", views.endpoint_rename, name="rename"),
    path("<uuid:endpoint_uuid>/state/", views.endpoint_state, name="state"),
    path("<uuid:endpoint_uuid>/merge/", views.endpoint_merge, name="merge"),
]
