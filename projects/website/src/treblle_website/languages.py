"""Languages of the site: English at /, others under their code (/de/)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

DEFAULT: Final = "en"
LANGUAGES: Final = [("en", "English"), ("de", "Deutsch")]


@dataclass(frozen=True)
class InLanguage:
    """A page in one of the languages it is there in; `name` is the language's own, `address` whole."""

    code: str
    name: str
    address: str

    @property
    def is_default(self) -> bool:
        return self.code == DEFAULT


def path_in(language: str, path: str) -> str:
    return path if language == DEFAULT else f"/{language}{path}"


def in_all_languages(path: str) -> list[InLanguage]:
    """A page that is not in the page tree; `path` is that of the first language."""
    return [
        InLanguage(code, name, f"{settings.WEBSITE_URL}{path_in(code, path)}")
        for code, name in LANGUAGES
    ]


def as_alternates(pages: list[InLanguage]) -> list[dict[str, str]]:
    """As the sitemap wants them."""
    return [{"lang_code": each.code, "location": each.address} for each in pages]


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
