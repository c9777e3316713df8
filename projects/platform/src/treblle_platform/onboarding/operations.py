"""What the set-up page does: keep the framework, and send a test request as an SDK would."""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from treblle_models.models import Project, User

PATIENCE_S: Final = 5.0
# Of the range kept for documentation (RFC 5737).
ADDRESS: Final = "203.0.113.7"


# What the set-up page has a snippet for: key and name.
FRAMEWORKS: Final = (
    ("django", "Django"),
    ("fastapi", "FastAPI"),
    ("flask", "Flask"),
    ("express", "Express"),
    ("curl", "curl"),
)


class NoSuchFramework(Exception):
    """The page has no snippet for it."""


class NotTaken(Exception):
    """The intake did not take it; the text says why, for people."""


def choose_framework(*, project: Project, framework: str) -> None:
    """The set-up page opens with it from now on. Raises `NoSuchFramework`."""
    if framework not in dict(FRAMEWORKS):
        raise NoSuchFramework
    project.framework = framework
    project.save(update_fields=["framework", "updated_at"])


def send_test_request(*, project: Project, user: User, now: datetime) -> None:
    """Raises `NotTaken`. That it was taken does not say that it is loaded: the page waits."""
    sent = urllib.request.Request(  # noqa: S310 (the operator's own address)
        settings.INTAKE_URL,
        data=json.dumps(_payload(project, user, now)).encode(),
        headers={"content-type": "application/json", "x-api-key": user.api_key},
    )
    try:
        with urllib.request.urlopen(sent, timeout=PATIENCE_S) as answer:  # noqa: S310 (as above)
            if answer.status != HTTPStatus.ACCEPTED:
                raise NotTaken(f"The intake answered {answer.status}.")
    except urllib.error.HTTPError as error:
        raise NotTaken(f"The intake answered {error.code}.") from error
    except OSError as error:
        raise NotTaken("The intake does not answer. Try again in a moment.") from error


def _payload(project: Project, user: User, now: datetime) -> dict[str, Any]:
    return {
        "api_key": user.api_key,
        "project_id": project.custom_id,
        "version": "1",
        "sdk": "platform",
        "data": {
            "server": {"timezone": "UTC"},
            "language": {"name": "treblle"},
            "request": {
                "timestamp": f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
                "ip": ADDRESS,
                "method": "GET",
                "url": "https://api.example.com/hello?from=treblle",
                "user_agent": "Treblle test request",
                "headers": {"accept": "application/json"},
                "body": {},
            },
            "response": {
                "code": 200,
                "size": 17,
                "load_time": 12.5,
                "headers": {"content-type": "application/json"},
                "body": {"hello": "world"},
            },
            "errors": [],
        },
    }
