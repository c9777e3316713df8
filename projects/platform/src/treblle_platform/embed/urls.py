"""Pages of a project about its embeds."""

from django.urls import path

from treblle_platform.embed import views

app_name = "embed"
urlpatterns = [
    path("", views.embed_list, name="list"),
    path("new/", views.embed_new, name="new"),
    path("<uuid:embed_uuid>/", views.embed_detail, name="detail"),
    path("<uuid:embed_uuid>/change/", views.embed_change, name="change"),
]
