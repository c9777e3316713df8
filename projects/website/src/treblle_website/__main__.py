"""`python -m treblle_website <command>`: what manage.py does, for an installed wheel."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_website.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
