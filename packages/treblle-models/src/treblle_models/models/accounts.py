"""Who uses the system: users, the tokens of their apps and scripts, their devices and wishes."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, Permission, PermissionsMixin
from django.db import models
from django.utils import timezone

from treblle_models.identity import API_KEY_LENGTH, new_api_key
from treblle_models.models.defaults import TreblleModelDefaults
from treblle_models.models.querysets import TreblleQuerySet, UserQuerySet
from treblle_models.models.storage import REFERENCE

TOKEN_PREFIX = "trb_"  # noqa: S105 (only how tokens begin)
TOKEN_BYTES = 32
DIGEST_LENGTH = 64
IP_LENGTH = 45
USER_AGENT_LENGTH = 512


class UserManager(BaseUserManager["User"].from_queryset(TreblleQuerySet["User"])):  # type: ignore[misc]
    """Users are known by email address, compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        # Addresses are kept in lower case: compared so, an index serves and no collation matters.
        user: User = self.get(email=(username or "").lower())
        return user


class User(TreblleModelDefaults, AbstractBaseUser, PermissionsMixin):
    """A person who logs in. `api_key` is the account key that SDKs send along."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=255, blank=True)
    api_key = models.CharField(
        max_length=API_KEY_LENGTH, default=new_api_key, unique=True, editable=False
    )
    # A rotated key works until its grace ends.
    previous_api_key = models.CharField(max_length=API_KEY_LENGTH, blank=True, db_index=True)
    previous_api_key_expires_at = models.DateTimeField(null=True, blank=True)
    # An IANA name; times are shown in it.
    time_zone = models.CharField(max_length=64, default="UTC")
    # What pages remember: theme, chosen columns.
    preferences = models.JSONField(default=dict, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # As in `PermissionsMixin`, but without constraints in the database.
    groups = models.ManyToManyField(  # type: ignore[assignment]  # the same, said by us
        Group, blank=True, db_constraint=False, related_name="user_set", related_query_name="user"
    )
    user_permissions = models.ManyToManyField(  # type: ignore[assignment]  # as above
        Permission,
        blank=True,
        db_constraint=False,
        related_name="user_set",
        related_query_name="user",
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email


class AccessTokenQuerySet(UserQuerySet["AccessToken"]):
    def usable(self, now: datetime | None = None) -> Self:
        """Neither expired nor of a user who may no longer log in."""
        now = now or timezone.now()
        return self.filter(user__is_active=True).filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now)
        )

    def find(self, token: str) -> "AccessToken | None":
        """The usable row of a token as the client holds it."""
        return self.usable().select_related("user").filter(digest=digest_of(token)).first()


class AccessToken(TreblleModelDefaults):
    """What an app or script shows instead of a password. Only its digest is kept."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"

    class Kind(models.TextChoices):
        PERSONAL = "personal", "Made by hand, for a script"
        SESSION = "session", "A login of an app, renewed by its refresh token"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="access_tokens"
    )
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSONAL)
    # Tokens carry 256 random bits, so a fast digest is enough: there is nothing to guess.
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    refresh_digest = models.CharField(  # noqa: DJ001 (unique where there is one)
        max_length=DIGEST_LENGTH, unique=True, null=True, editable=False
    )
    refresh_expires_at = models.DateTimeField(null=True, blank=True)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.READ)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # Of the login or the last use, for the list of sessions.
    ip = models.CharField(max_length=IP_LENGTH, blank=True)
    user_agent = models.CharField(max_length=USER_AGENT_LENGTH, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        db_table = "access_tokens"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, name: str, **fields: Any) -> tuple["AccessToken", str]:
        """Make a token; the second part is the token itself, to be shown once."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        return cls.objects.create(user=user, name=name, digest=digest_of(token), **fields), token


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class NotificationDevice(TreblleModelDefaults):
    """A phone, tablet or computer of a user that takes push messages."""

    class Platform(models.TextChoices):
        APNS = "apns", "Apple"
        FCM = "fcm", "Android"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="notification_devices"
    )
    platform = models.CharField(max_length=10, choices=Platform.choices)
    name = models.CharField(max_length=255, blank=True)
    push_token = models.TextField()
    # SHA-256 of the push token, hexadecimal: the token itself is too long for an index.
    push_token_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    app_version = models.CharField(max_length=64, blank=True)
    is_enabled = models.BooleanField(default=True)
    last_delivered_at = models.DateTimeField(null=True, blank=True)

    objects = UserQuerySet["NotificationDevice"].as_manager()

    class Meta:
        db_table = "notification_devices"
        constraints: ClassVar = [REFERENCE]

    def __str__(self) -> str:
        return self.name or self.platform


class EmailPreference(models.Model):
    """Whether a user wants a kind of mail; no row means yes."""

    class Kind(models.TextChoices):
        ALERT = "alert", "Alerts"
        DIGEST = "digest", "Weekly digest"
        MENTION = "mention", "Comments that mention you"
        LIMIT = "limit", "Limits reached"

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="email_preferences"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_wanted = models.BooleanField(default=True)

    objects = UserQuerySet["EmailPreference"].as_manager()

    class Meta:
        db_table = "email_preferences"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="email_preferences_kind"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.is_wanted}"


class IdempotencyKey(models.Model):
    """A write of the API that was answered: sent again under the same key, it gets that answer."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="idempotency_keys"
    )
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=16)
    path = models.CharField(max_length=1024)
    # SHA-256 of the body, hexadecimal: another body under the same key is refused.
    body_digest = models.CharField(max_length=DIGEST_LENGTH)
    # Null while the first call is under way.
    status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.JSONField(default=dict)
    response_body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = UserQuerySet["IdempotencyKey"].as_manager()

    class Meta:
        db_table = "idempotency_keys"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_keys_key"),
            REFERENCE,
        ]

    def __str__(self) -> str:
        return self.key
