"""Whatever way a row is born, it has its uuid, its times and its keys."""

import uuid
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.utils import timezone
from treblle_models.models import Project, Request, User
from treblle_models.models.defaults import NamedModel

NAMED = [m for m in apps.get_app_config("treblle_models").get_models() if issubclass(m, NamedModel)]


def born_by_save(owner: User) -> Project:
    project = Project(user=owner, name="x")
    project.save()
    return project


def born_by_create(owner: User) -> Project:
    return Project.objects.create(user=owner, name="x")


def born_in_bulk(owner: User) -> Project:
    Project.objects.bulk_create([Project(user=owner, name="x")])
    return Project.objects.get()


@pytest.mark.parametrize("born", [born_by_save, born_by_create, born_in_bulk])
def test_defaults_are_set(owner: User, born) -> None:
    before = timezone.now() - timedelta(seconds=1)
    project = Project.objects.get(pk=born(owner).pk)
    assert isinstance(project.uuid, UUID)
    assert len(project.custom_id) == 16
    assert before <= project.created_at <= timezone.now()
    assert before <= project.updated_at <= timezone.now()
    assert project.masked_names == []


def test_rows_born_in_bulk_differ_in_what_must_be_unique(owner: User) -> None:
    Project.objects.bulk_create([Project(user=owner, name="x") for _ in range(50)])
    projects = Project.objects.all()
    assert len({project.uuid for project in projects}) == 50
    assert len({project.custom_id for project in projects}) == 50


def test_a_change_moves_updated_at_only(project: Project) -> None:
    created, updated = project.created_at, project.updated_at
    project.name = "Other"
    project.save()
    project.refresh_from_db()
    assert project.created_at == created
    assert project.updated_at > updated


def test_a_user_is_known_by_address_whatever_its_case(owner: User) -> None:
    found = User.objects.get_by_natural_key("OWNER@Example.com")
    assert found == owner
    assert found.check_password("a password")
    assert len(found.api_key) == 32


def test_a_row_is_found_by_its_uuid_in_any_form(project: Project) -> None:
    assert Project.find_by_uuid(project.uuid) == project
    assert Project.find_by_uuid(str(project.uuid).upper()) == project
    assert Project.find_by_uuid(project.uuid.hex) == project


@pytest.mark.parametrize("model", NAMED)
@pytest.mark.parametrize("value", [uuid.UUID(int=1), "not a uuid", "", "1", "' OR 1=1"])
@pytest.mark.django_db
def test_what_names_no_row_finds_none(model, value) -> None:
    assert model.find_by_uuid(value) is None


def test_a_request_is_found_by_its_uuid(make_request) -> None:
    request = make_request()
    assert Request.find_by_uuid(str(request.uuid)) == request
    assert request.uuid.version == 7
