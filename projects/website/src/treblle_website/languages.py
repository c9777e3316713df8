"""Languages of the site: English at /, others under their code (/de/)."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

DEFAULT: Final = "en"
LANGUAGES: Final = [("en", "English"), ("de", "Deutsch")]
# Words that templates bring along themselves; all others are the editors'.
FRAME_WORDS: Final = {
    "en": {
        "home": "/",
        "log_in": "Log in",
        "start_free": "Start free",
        "skip": "Skip to content",
        "main": "Main",
    },
    "de": {
        "home": "/de/",
        "log_in": "Anmelden",
        "start_free": "Loslegen",
        "skip": "Zum Inhalt",
        "main": "Hauptmenü",
    },
}


class LanguageOfThePath:
    """The path alone decides. Django's own middleware would also look at what browsers prefer, and
    then no cache may keep a page for all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info.lstrip("/").partition("/")[0]
        known = {code for code, _ in settings.LANGUAGES}
        with translation.override(first if first in known else DEFAULT):
            return self._get_response(request)
