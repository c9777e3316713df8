"""Django's commands for this project: `python -m treblle_etl <command>`."""

import os
import sys
from typing import Final

from django.conf import settings
from django.core.management import execute_from_command_line

# Files in, text out: they need neither environment nor database, so they run without settings.
OFFLINE_COMMANDS: Final = frozenset({"learn_paths", "learn_schemas", "try_checks"})


def main() -> None:
    if OFFLINE_COMMANDS.intersection(sys.argv[1:2]):
        settings.configure(INSTALLED_APPS=["treblle_etl"])
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_etl.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
