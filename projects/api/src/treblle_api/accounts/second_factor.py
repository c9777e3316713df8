"""The second factor of a login: codes of an authenticator app, and recovery codes.

The platform (allauth) keeps them in its own table, whose rows are read here; no allauth runs in
the API. Codes of apps are those of RFC 6238; recovery codes are made from a seed as allauth makes
them. Secrets lie sealed with `SECOND_FACTOR_KEY`, which platform and API share.
"""

import hmac
import time
from base64 import b32decode
from collections.abc import Iterator
from functools import cache
from hashlib import sha1
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.cache import cache as codes_used
from django.db import connection, models, transaction
from django.utils import timezone
from rest_framework.exceptions import APIException
from treblle_models.models import User
from treblle_service.django.sealing import Box

TOTP: Final = "totp"
RECOVERY_CODE: Final = "recovery_code"
METHODS: Final = [(TOTP, "Code of an authenticator app"), (RECOVERY_CODE, "Recovery code")]
PERIOD_S: Final = 30
DIGITS: Final = 6
# One step to either side, for clocks that differ (RFC 6238, section 5.2).
STEPS: Final = (0, -1, 1)
RECOVERY_CODES: Final = 10
RECOVERY_DIGITS: Final = 8


class SecondFactorUnavailable(APIException):
    """The password is right, and what is asked for next cannot be checked here."""

    status_code = 403
    default_detail = (
        "This account has a second factor that cannot be given here: make a personal token in"
        " the platform instead."
    )
    default_code = "second_factor_unavailable"


class Authenticator(models.Model):
    """A row of allauth's: one second factor of a user."""

    class Type(models.TextChoices):
        TOTP = "totp", "Authenticator app"
        WEBAUTHN = "webauthn", "Passkey"
        RECOVERY_CODES = "recovery_codes", "Recovery codes"

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, related_name="+")
    type = models.CharField(max_length=20, choices=Type.choices)
    data = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Authenticator"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "mfa_authenticator"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.type


def methods_of(user: User) -> list[str] | None:
    """What the user can give as a second factor; None where none is wanted.

    Raises `SecondFactorUnavailable` where there is only what cannot be given here.
    """
    if not _are_kept():
        return None
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if not types & {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
        return None
    known = {Authenticator.Type.TOTP: TOTP, Authenticator.Type.RECOVERY_CODES: RECOVERY_CODE}
    methods = [name for kind, name in known.items() if kind in types]
    if not methods or not settings.SECOND_FACTOR_KEY:
        raise SecondFactorUnavailable
    return methods


def is_right(user: User, code: str) -> bool:
    """Whether the code is one of the user's now; it is none of them from then on."""
    given = code.replace(" ", "").replace("-", "")
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user)
        for row in rows.exclude(type=Authenticator.Type.WEBAUTHN):
            use = _use_totp if row.type == Authenticator.Type.TOTP else _use_recovery_code
            if use(row, given):
                row.last_used_at = timezone.now()
                row.save(update_fields=["data", "last_used_at"])
                return True
    return False


def totp_codes(secret: str, now: float) -> list[str]:
    """The codes that count at that time (in seconds since 1970)."""
    key, step = b32decode(secret, casefold=True), int(now) // PERIOD_S
    return [_hotp(key, step + each) for each in STEPS]


def recovery_codes(seed: str) -> Iterator[str]:
    made = hmac.new(seed.encode(), digestmod=sha1)
    for number in range(RECOVERY_CODES):
        made.update(f"{number:3},".encode())
        value = int.from_bytes(made.digest()[: RECOVERY_DIGITS // 2])
        yield f"{value % 10**RECOVERY_DIGITS:0{RECOVERY_DIGITS}}"


def _hotp(key: bytes, counter: int) -> str:
    """RFC 4226, section 5.3."""
    digest = hmac.digest(key, counter.to_bytes(8), "sha1")
    offset = digest[-1] & 0xF
    value = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{value % 10**DIGITS:0{DIGITS}}"


def _use_totp(row: Authenticator, given: str) -> bool:
    codes = totp_codes(_box().unseal(row.data["secret"]), time.time())
    if not any(hmac.compare_digest(code.encode(), given.encode()) for code in codes):
        return False
    # Once only, as long as it counts.
    return bool(codes_used.add(f"totp:{row.pk}:{given}", 1, PERIOD_S * len(STEPS)))


def _use_recovery_code(row: Authenticator, given: str) -> bool:
    data: dict[str, Any] = row.data
    if "seed" not in data:
        return False
    for number, code in enumerate(recovery_codes(_box().unseal(data["seed"]))):
        is_used = data["used_mask"] >> number & 1
        if hmac.compare_digest(code.encode(), given.encode()) and not is_used:
            data["used_mask"] |= 1 << number
            return True
    return False


def _box() -> Box:
    return Box.for_second_factors([settings.SECOND_FACTOR_KEY])


@cache
def _are_kept() -> bool:
    """A database that only the API's own migrations made has no such table."""
    return Authenticator._meta.db_table in connection.introspection.table_names()
