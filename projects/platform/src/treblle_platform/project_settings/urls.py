from django.urls import include, path

from treblle_platform.project_settings import views

app_name = "project_settings"
urlpatterns = [
    path("", views.general, name="general"),
    path("data/", views.data, name="data"),
    path("environments/", views.environments, name="environments"),
    path("environments/add/", views.environment_add, name="environment_add"),
    path(
        "environments/<uuid:environment_uuid>/",
        views.environment_change,
        name="environment_change",
    ),
    path("pinned/", views.pinned, name="pinned"),
    path("pinned/<uuid:request_uuid>/", views.pin, name="pin"),
    path("audit/", views.audit, name="audit"),
    path("", include("treblle_platform.privacy.project_urls")),
]
