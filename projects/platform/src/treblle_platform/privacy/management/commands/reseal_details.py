"""`manage.py reseal_details`: brings encrypted details under the first of DETAILS_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from treblle_service import details
from treblle_service.sealed_frames import CannotUnseal
from treblle_service.store import open_store

from treblle_platform.privacy.frames import reseal_frames

PREFIXES = (details.PREFIX, details.PINNED_PREFIX)


class Command(BaseCommand):
    help = (
        "Encrypt again, under the first of DETAILS_KEYS, what an older key has encrypted. When it"
        " ends well and every process has the new keys, the older ones can be taken away. It may run"
        " beside everything else, be broken off and begin again. Details from before there were"
        " keys stay as they are, until retention removes them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DETAILS_KEYS:
            raise CommandError("DETAILS_KEYS is not set: nothing is encrypted")
        store = open_store(settings.DETAILS_STORE_URL)
        objects = frames = 0
        failed: list[str] = []
        for key in (key for prefix in PREFIXES for key in store.keys(prefix)):
            try:
                frames += reseal_frames(store, key, settings.DETAILS_KEYS)
            except CannotUnseal as error:
                failed.append(f"{key}: {error}")
            objects += 1
        self.stdout.write(f"{frames} frames encrypted anew in {objects} objects looked at")
        if failed:
            raise CommandError("\n".join(["these stay as they are:", *failed]))
