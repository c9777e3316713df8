"""Where the files lie that are not in the package: uploaded pictures, the texts of the help."""

from pathlib import Path
from typing import Any

from treblle_service.conf import REQUIRED, Environment
from treblle_service.django.settings import SQLITE


def media_root(env: Environment, database: dict[str, Any]) -> str:
    """The folder of uploads: beside a SQLite database unless said otherwise."""
    beside = str(Path(database["NAME"]).parent / "media") if database["ENGINE"] == SQLITE else ""
    return env.text(
        "MEDIA_ROOT",
        beside or REQUIRED,
        help="folder for uploaded pictures; with SQLite, unless set, media/ beside the database",
    )


def help_folder() -> Path:
    """`docs/help` of the checkout this module lies in; an image says `HELP_PATH`."""
    return Path(__file__).parents[4] / "docs" / "help"
