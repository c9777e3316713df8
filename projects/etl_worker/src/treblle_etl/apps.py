"""The app, and what must be there for it to start."""

from importlib.util import find_spec

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class EtlConfig(AppConfig):
    name = "treblle_etl"

    def ready(self) -> None:
        # Without it `ua-parser` falls back, without a word, to one fifty times slower.
        if find_spec("ua_parser_rs") is None:
            raise ImproperlyConfigured("ua-parser-rs is not installed: pip install ua-parser-rs")
