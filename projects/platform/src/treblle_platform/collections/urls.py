from django.urls import path

from treblle_platform.collections import views

app_name = "collections"
urlpatterns = [
    path("", views.collection_list, name="list"),
    path("add/", views.item_add, name="add"),
    path("<uuid:collection_uuid>/", views.collection_page, name="page"),
    path("<uuid:collection_uuid>/change/", views.collection_change, name="change"),
    path("<uuid:collection_uuid>/delete/", views.collection_delete, name="delete"),
    path(
        "<uuid:collection_uuid>/items/<uuid:item_uuid>/remove/",
        views.item_remove,
        name="item-remove",
    ),
]
