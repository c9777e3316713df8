"""What people keep, share and say about requests.

Rows of `requests` go with retention, so a request is named by project and uuid, not by a key.
"""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from treblle_models.identity import new_signing_secret
from treblle_models.models.accounts import DIGEST_LENGTH, User
from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.projects import Project
from treblle_models.models.querysets import ProjectRowQuerySet, UserQuerySet
from treblle_models.models.storage import REFERENCE
from treblle_models.singlestore import ShardKey


class Collection(TreblleModelDefaults):
    """Requests worth keeping, gathered by a user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="collections",
    )
    name = models.CharField(max_length=255)
    description = models.TextField(null=True, blank=True)  # noqa: DJ001 (the design: may be null)
    num_views = models.PositiveBigIntegerField(default=0)

    objects = UserQuerySet["Collection"].as_manager()

    class Meta:
        db_table = "collections"
        constraints: ClassVar = [ShardKey("id")]

    def __str__(self) -> str:
        return self.name


class CollectionItem(TreblleModelDefaults):
    """One saved request."""

    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, db_constraint=False, related_name="items"
    )
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    request_uuid = models.UUIDField()
    note = models.CharField(max_length=1024, blank=True)

    objects = ProjectRowQuerySet["CollectionItem"].as_manager()

    class Meta:
        db_table = "collection_items"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["collection", "request_uuid"], name="collection_items_request"
            ),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return str(self.request_uuid)


class SavedSearchQuerySet(ProjectRowQuerySet["SavedSearch"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those shared in projects one may see."""
        return super().visible_to(user).filter(models.Q(user=user) | models.Q(is_shared=True))


class SavedSearch(TreblleModelDefaults):
    """Filters and columns of the request list, under a name."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="saved_searches"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="saved_searches",
    )
    name = models.CharField(max_length=255)
    # As in the URL of the list, without the leading question mark.
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list, blank=True)
    is_shared = models.BooleanField(default=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        db_table = "saved_searches"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name


class PinnedRequest(TreblleModelDefaults):
    """A request kept against retention: its row stays, and its details lie here in a copy."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="pinned_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    request_uuid = models.UUIDField()
    received_at = models.DateTimeField()
    details_key = models.CharField(max_length=128, blank=True)
    details_offset = models.PositiveBigIntegerField(default=0)
    details_length = models.PositiveIntegerField(default=0)

    objects = ProjectRowQuerySet["PinnedRequest"].as_manager()

    class Meta:
        db_table = "pinned_requests"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "request_uuid"], name="pinned_requests_request"
            ),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return str(self.request_uuid)


class Comment(TreblleModelDefaults):
    """What somebody said about a request."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="comments",
    )
    request_uuid = models.UUIDField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="comments",
    )
    text = models.TextField()
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectRowQuerySet["Comment"].as_manager()

    class Meta:
        db_table = "comments"
        constraints: ClassVar = [REFERENCE]
        indexes: ClassVar = [
            models.Index(fields=["project", "request_uuid"], name="comments_request")
        ]

    def __str__(self) -> str:
        return self.text[:80]


class ShareLink(TreblleModelDefaults):
    """A link that shows one request to whoever has it, until it expires. Only its digest is kept."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="share_links"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="share_links",
    )
    request_uuid = models.UUIDField()
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    num_views = models.PositiveBigIntegerField(default=0)

    objects = ProjectRowQuerySet["ShareLink"].as_manager()

    class Meta:
        db_table = "share_links"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return str(self.request_uuid)


class Embed(TreblleModelDefaults):
    """Live requests of one API customer in the project's own pages, by tokens signed with `secret`."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="embeds"
    )
    name = models.CharField(max_length=255)
    secret = models.CharField(max_length=64, default=new_signing_secret, editable=False)
    # Origins of pages that may show it, e.g. `https://portal.example.com`.
    allowed_origins = models.JSONField(default=list, blank=True)
    is_enabled = models.BooleanField(default=True)

    objects = ProjectRowQuerySet["Embed"].as_manager()

    class Meta:
        db_table = "embeds"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name
