"""Three people: the owner of a project, a teammate in it, a stranger to it."""

from datetime import UTC, datetime

import pytest
from treblle_models.models import Project, Request, User

WHEN = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user("owner@example.com", "a password")


@pytest.fixture
def teammate(db) -> User:
    return User.objects.create_user("teammate@example.com")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("stranger@example.com")


@pytest.fixture
def project(owner: User) -> Project:
    return Project.objects.create(user=owner, name="Weather")


@pytest.fixture
def make_request(project: Project):
    """A saved request of the project; what is given replaces what is usual."""

    def make(**fields) -> Request:
        usual = {
            "project": project,
            "received_at": WHEN,
            "requested_at": WHEN,
            "loaded_at": WHEN,
            "method": "GET",
            "host": "api.example.com",
            "path": "/",
            "status": 200,
        }
        return Request.objects.create(**(usual | fields))

    return make
