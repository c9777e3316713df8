from django.urls import path

from treblle_api.collections.views import Collections, Items, OneCollection, OneItem

ONE = "collections/<any_case_uuid:collection_uuid>"

urlpatterns = [
    path("collections", Collections.as_view(), name="collections"),
    path(ONE, OneCollection.as_view(), name="collection"),
    path(f"{ONE}/items", Items.as_view(), name="collection-items"),
    path(f"{ONE}/items/<any_case_uuid:item_uuid>", OneItem.as_view(), name="collection-item"),
]
