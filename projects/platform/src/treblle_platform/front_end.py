"""What every page is made with: the folders of static files, and how the visitor wants it to look."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest
from treblle_service.conf import Environment

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
# Library, and its folder of files for browsers below node_modules.
LIBRARIES = {"htmx": "htmx.org/dist", "redoc": "redoc/bundles", "uplot": "uplot/dist"}
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "treblle_platform.front_end.appearance",
]


def node_modules(env: Environment, package: Path) -> Path:
    """Where the libraries from npm lie; icons, maps and names of countries are read from there."""
    modules = env.text(
        "NODE_MODULES_PATH",
        str(package.parents[1] / "node_modules"),
        help="the folder that `npm ci` filled from package.json",
    )
    return Path(modules)


def static_folders(modules: Path, package: Path) -> list[Any]:
    """Entries of `STATICFILES_DIRS`: our own files, and npm's under `vendor/`."""
    vendors = [(f"vendor/{name}", modules / path) for name, path in LIBRARIES.items()]
    return [package / "static", *vendors]


def templates(package: Path) -> list[dict[str, Any]]:
    """The setting `TEMPLATES`: those of the frame, then those of each feature."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [package / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": CONTEXT_PROCESSORS,
                "builtins": [
                    "treblle_platform.figures",
                    "treblle_platform.layout",
                    "treblle_platform.links",
                    "treblle_platform.requests.links",
                    "treblle_platform.world.countries",
                ],
            },
        }
    ]


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: `theme` is `light`, `dark` or, as the system has it, empty.

    The cookie reaches the server, so the first paint is right without any script.
    """
    wanted = request.COOKIES.get(THEME_COOKIE)
    return {"theme": wanted if wanted in THEMES else ""}
