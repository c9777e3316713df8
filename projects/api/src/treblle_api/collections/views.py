"""Requests worth keeping, gathered by a user: one's own collections."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Collection, CollectionItem

from treblle_api.access import caller, found, visible_project, visible_projects
from treblle_api.collections.operations import add_request, delete_collection
from treblle_api.collections.serializers import (
    CollectionInputSerializer,
    CollectionSerializer,
    ItemInputSerializer,
    ItemSerializer,
)
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.requests.queries import find_request
from treblle_api.resource import Listing, Resource


class Collections(Listing):
    row_class = CollectionSerializer
    pagination_class = NewestFirst
    queryset = Collection.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Collection]:
        return Collection.objects.filter(user=caller(self.request))

    @operation("collections_list", "List collections")
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @operation(
        "collections_create",
        "Create a collection",
        takes=CollectionInputSerializer,
        gives={201: CollectionSerializer},
    )
    def post(self, request: Request) -> Response:
        given = CollectionInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = given.save(user=caller(request))
        return Response(CollectionSerializer(made).data, status=status.HTTP_201_CREATED)


class OneCollection(Resource):
    row_class = CollectionSerializer

    @operation("collections_retrieve", "Show a collection", gives=CollectionSerializer)
    def get(self, request: Request, collection_uuid: UUID) -> Response:
        return self.row_shown(request, own_collection(request, collection_uuid))

    @operation(
        "collections_update",
        "Change a collection",
        takes=CollectionInputSerializer,
        gives=CollectionSerializer,
    )
    def patch(self, request: Request, collection_uuid: UUID) -> Response:
        collection = own_collection(request, collection_uuid)
        given = CollectionInputSerializer(collection, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(CollectionSerializer(given.save()).data)

    @operation("collections_delete", "Delete a collection", takes=None, gives={204: None})
    def delete(self, request: Request, collection_uuid: UUID) -> Response:
        delete_collection(own_collection(request, collection_uuid))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Items(Listing):
    row_class = ItemSerializer
    pagination_class = NewestFirst
    queryset = CollectionItem.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[CollectionItem]:
        collection = own_collection(self.request, self.kwargs["collection_uuid"])
        # Of projects that one left since, nothing is shown.
        seen = visible_projects(caller(self.request)).values("pk")
        items = CollectionItem.objects.filter(collection=collection, project__in=seen)
        return items.select_related("project")

    @operation("collections_items_list", "List requests of a collection")
    def get(self, request: Request, collection_uuid: UUID) -> Response:
        return self.listed(request)

    @operation(
        "collections_items_add",
        "Add a request to a collection",
        "Added again, its note is replaced.",
        takes=ItemInputSerializer,
        gives={201: ItemSerializer},
    )
    def post(self, request: Request, collection_uuid: UUID) -> Response:
        collection = own_collection(request, collection_uuid)
        given = ItemInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        named = given.validated_data
        project = visible_project(caller(request), named["project"])
        item = add_request(collection, find_request(project, named["request"]), named["note"])
        return Response(ItemSerializer(item).data, status=status.HTTP_201_CREATED)


class OneItem(Resource):
    @operation(
        "collections_items_remove",
        "Remove a request from a collection",
        takes=None,
        gives={204: None},
    )
    def delete(self, request: Request, collection_uuid: UUID, item_uuid: UUID) -> Response:
        collection = own_collection(request, collection_uuid)
        found(CollectionItem.objects.filter(collection=collection, uuid=item_uuid)).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def own_collection(request: Request, uuid: UUID) -> Collection:
    return found(Collection.objects.filter(user=caller(request), uuid=uuid))
