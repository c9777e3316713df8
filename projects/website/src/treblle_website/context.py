"""What every template may need of the environment."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from treblle_website.blocks.links import LOG_IN_PATH, SIGN_UP_PATH
from treblle_website.languages import DEFAULT
from treblle_website.models import HeaderAndFooter
from treblle_website.words import words


def addresses(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or DEFAULT
    return {
        "language": language,
        "words": words(),
        # Asked for by the pages that are ours, not by the editor's.
        "frame": SimpleLazyObject(
            lambda: HeaderAndFooter.for_request(request).in_language(language)
        ),
        "website_url": settings.WEBSITE_URL,
        "log_in_url": f"{settings.PLATFORM_URL}{LOG_IN_PATH}",
        "sign_up_url": f"{settings.PLATFORM_URL}{SIGN_UP_PATH}",
    }
