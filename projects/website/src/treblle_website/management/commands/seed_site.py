"""`manage.py seed_site`: the pages, groups and first editor of a new site."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from treblle_service.conf import BadSetting

from treblle_website.seed import make_editor, make_groups, make_site


class Command(BaseCommand):
    help = "Make the site's pages and groups where they are missing. Safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        make_groups()
        home_page = make_site()
        self.stdout.write("site made" if home_page else "site is there; nothing changed")
        if settings.WEBSITE_EDITOR_EMAIL:
            if not settings.WEBSITE_EDITOR_PASSWORD:
                raise BadSetting("WEBSITE_EDITOR_PASSWORD", "is needed with WEBSITE_EDITOR_EMAIL")
            editor = make_editor(settings.WEBSITE_EDITOR_EMAIL, settings.WEBSITE_EDITOR_PASSWORD)
            self.stdout.write("editor made" if editor else "editor is there; nothing changed")
