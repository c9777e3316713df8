"""How allauth does things here."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from treblle_service.django.sealing import Box


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of authenticator apps and recovery codes lie encrypted in the database.

    With `SECOND_FACTOR_KEY`, which the API shares; without, with our own key, and then the API
    cannot check them.
    """

    def encrypt(self, text: str) -> str:
        return self._box().seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return self._box().unseal(encrypted_text)

    def _box(self) -> Box:
        own = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        keys = [settings.SECOND_FACTOR_KEY, *own] if settings.SECOND_FACTOR_KEY else own
        return Box.for_second_factors([str(key) for key in keys])
