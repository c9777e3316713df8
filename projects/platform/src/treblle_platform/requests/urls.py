from django.urls import include, path

from treblle_platform.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.request_list, name="list"),
    path("columns/", views.columns_choose, name="columns"),
    path("export.<slug:format>", views.request_export, name="export"),
    path("searches/", views.search_save, name="search-save"),
    path("searches/<uuid:search_uuid>/delete/", views.search_delete, name="search-delete"),
    path("<uuid:request_uuid>/", include("treblle_platform.request_page.urls")),
]
