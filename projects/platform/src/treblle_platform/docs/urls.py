"""Pages of a project about its documents."""

from django.urls import path

from treblle_platform.docs import views

app_name = "docs"
urlpatterns = [
    path("", views.docs_home, name="home"),
    path("changes/", views.change_list, name="changes"),
    path("upload/", views.document_upload, name="upload"),
    path("visibility/", views.docs_visibility, name="visibility"),
]
