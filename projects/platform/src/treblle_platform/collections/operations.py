"""What can be done with collections."""

from uuid import UUID

from django.db.models import F
from treblle_models.models import Collection, CollectionItem, Project, User


def create_collection(*, user: User, name: str, description: str = "") -> Collection:
    return Collection.objects.create(user=user, name=name, description=description)


def change_collection(collection: Collection, *, name: str, description: str) -> None:
    collection.name, collection.description = name, description
    collection.save(update_fields=["name", "description", "updated_at"])


def add_request(
    collection: Collection, *, project: Project, request_uuid: UUID, note: str = ""
) -> CollectionItem:
    """Once; added again, its note is replaced."""
    item, _ = CollectionItem.objects.update_or_create(
        collection=collection,
        request_uuid=request_uuid,
        defaults={"project": project, "note": note},
    )
    return item


def remove_item(item: CollectionItem) -> None:
    item.delete()


def delete_collection(collection: Collection) -> None:
    CollectionItem.objects.filter(collection=collection).delete()
    collection.delete()


def count_view(collection: Collection) -> None:
    Collection.objects.filter(pk=collection.pk).update(num_views=F("num_views") + 1)
