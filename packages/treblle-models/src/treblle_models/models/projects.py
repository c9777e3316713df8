"""What users have: projects (one API each), the people in them, their environments and customers."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from treblle_models.identity import CUSTOM_ID_LENGTH, new_custom_id
from treblle_models.models.accounts import User
from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.querysets import ProjectRowQuerySet, SeenQuerySet, TreblleQuerySet
from treblle_models.models.storage import REFERENCE
from treblle_models.singlestore import ShardKey, SortKey

EXTERNAL_ID_LENGTH = 255


class ProjectQuerySet(TreblleQuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Projects the user owns or is an active member of: the one place that says who sees what."""
        member = ProjectMember.objects.filter(user=user, status=ProjectMember.Status.ACTIVE)
        return self.filter(Q(user=user) | Q(pk__in=member.values("project_id")))

    def writable_by(self, user: User) -> Self:
        """Projects the user may change and send requests to."""
        member = ProjectMember.objects.filter(
            user=user, status=ProjectMember.Status.ACTIVE, role__in=ProjectMember.WRITING_ROLES
        )
        return self.filter(Q(user=user) | Q(pk__in=member.values("project_id")))


class Project(TreblleModelDefaults):
    """One API. `custom_id` names it in what SDKs send."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="projects",
    )
    name = models.CharField(max_length=255)
    custom_id = models.CharField(
        max_length=CUSTOM_ID_LENGTH, default=new_custom_id, unique=True, editable=False
    )
    # Set by the first request that was loaded: onboarding waits for it.
    first_request_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the customer picked at onboarding, e.g. `django`.
    framework = models.CharField(max_length=32, blank=True)

    # The catalog.
    description = models.TextField(blank=True)
    category = models.CharField(max_length=64, blank=True)
    tags = models.JSONField(default=list, blank=True)
    docs_are_public = models.BooleanField(default=False)

    # Masking: names at any depth, besides the usual ones; email addresses only if asked.
    masked_names = models.JSONField(default=list, blank=True)
    masks_emails = models.BooleanField(default=False)
    # Codes of checks that are switched off.
    disabled_checks = models.JSONField(default=list, blank=True)
    excluded_routes = models.JSONField(default=list, blank=True)
    # The share of requests that SDKs send, 0 to 1.
    sampling_rate = models.FloatField(default=1.0)
    # Where an API customer's id stands, besides the headers that Treblle knows.
    customer_header = models.CharField(max_length=128, blank=True)
    customer_claim = models.CharField(max_length=128, blank=True)
    # Null: as long as the plan allows.
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    encrypts_details = models.BooleanField(default=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        db_table = "projects"
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name

    def addresses(self) -> list[str]:
        """Email addresses of the owner and of all who took their invitation."""
        members = self.members.filter(status=ProjectMember.Status.ACTIVE).order_by("email")
        return [self.user.email, *members.values_list("email", flat=True)]


class ProjectMember(TreblleModelDefaults):
    """A person invited to a project by email, and later the user who came."""

    class Status(models.TextChoices):
        INVITED = "invited", "Invited"
        ACTIVE = "active", "Active"

    class Role(models.TextChoices):
        MEMBER = "member", "Member"
        VIEWER = "viewer", "Viewer"

    WRITING_ROLES = (Role.MEMBER,)

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="members"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="memberships",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
    )
    email = models.EmailField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.INVITED)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectRowQuerySet["ProjectMember"].as_manager()

    class Meta:
        db_table = "project_members"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "email"], name="project_members_email"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return self.email


class ProjectFollower(models.Model):
    """A user who wants to hear of what changes in a project of the catalog."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="followers"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="followed_projects",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectRowQuerySet["ProjectFollower"].as_manager()

    class Meta:
        db_table = "project_followers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "user"], name="project_followers_user"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.project_id}"


class Environment(TreblleModelDefaults):
    """Where an API runs: `production`, `staging`, as SDKs name it."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="environments"
    )
    name = models.CharField(max_length=64)

    objects = ProjectRowQuerySet["Environment"].as_manager()

    class Meta:
        db_table = "environments"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="environments_name"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return self.name


class Customer(TreblleModelDefaults):
    """An API customer: whoever calls a project's API, under the id that the project gives."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="customers",
    )
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH)
    name = models.CharField(max_length=255, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = SeenQuerySet["Customer"].as_manager()

    class Meta:
        db_table = "customers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "external_id"], name="customers_external"),
            ShardKey("project"),
            SortKey("project", "first_seen_at"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "last_seen_at"], name="customers_last_seen")
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class EncryptionKey(TreblleModelDefaults):
    """What a project's details are encrypted with, itself encrypted by the operator's key."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, related_name="encryption_keys"
    )
    # Frames say by which version they were written.
    version = models.PositiveIntegerField()
    wrapped_key = models.BinaryField()
    # The operator's key it is wrapped with, by name.
    wrapped_by = models.CharField(max_length=64)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectRowQuerySet["EncryptionKey"].as_manager()

    class Meta:
        db_table = "encryption_keys"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "version"], name="encryption_keys_version"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
