"""What can be done with collections."""

from django.db import transaction
from treblle_models.models import Collection, CollectionItem, Request


def add_request(collection: Collection, request: Request, note: str) -> CollectionItem:
    """Once; added again, its note is replaced."""
    item, _ = CollectionItem.objects.update_or_create(
        collection=collection,
        request_uuid=request.uuid,
        defaults={"project_id": request.project_id, "note": note},
    )
    return item


@transaction.atomic
def delete_collection(collection: Collection) -> None:
    CollectionItem.objects.filter(collection=collection).delete()
    collection.delete()
