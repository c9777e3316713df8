from django.urls import path

from treblle_platform.catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.catalog_list, name="list"),
    path("<uuid:project_uuid>/", views.catalog_entry, name="entry"),
    path("<uuid:project_uuid>/follow/", views.catalog_follow, name="follow"),
]
