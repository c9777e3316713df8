"""Who sees a project, and who may change it and send to it."""

import pytest
from django.db import IntegrityError, transaction
from treblle_models.models import Project, ProjectMember, User

ACTIVE, INVITED = ProjectMember.Status.ACTIVE, ProjectMember.Status.INVITED
MEMBER, VIEWER = ProjectMember.Role.MEMBER, ProjectMember.Role.VIEWER


def rights(project: Project, user: User) -> tuple[bool, bool]:
    """Whether the user sees the project, and whether the user may change it."""
    return (
        Project.objects.visible_to(user).contains(project),
        Project.objects.writable_by(user).contains(project),
    )


def test_an_owner_sees_and_changes(project: Project, owner: User) -> None:
    assert rights(project, owner) == (True, True)


@pytest.mark.parametrize(
    ("status", "role", "expected"),
    [
        (ACTIVE, MEMBER, (True, True)),
        (ACTIVE, VIEWER, (True, False)),
        (INVITED, MEMBER, (False, False)),
        (INVITED, VIEWER, (False, False)),
    ],
)
def test_a_teammate_has_the_rights_of_the_role_once_active(
    project: Project, teammate: User, status: str, role: str, expected: tuple[bool, bool]
) -> None:
    ProjectMember.objects.create(
        project=project, user=teammate, email=teammate.email, status=status, role=role
    )
    assert rights(project, teammate) == expected


def test_a_stranger_has_none(project: Project, stranger: User) -> None:
    assert rights(project, stranger) == (False, False)


def test_the_same_address_without_the_user_gives_no_right(project: Project, stranger: User) -> None:
    ProjectMember.objects.create(project=project, email=stranger.email, status=ACTIVE, role=MEMBER)
    assert rights(project, stranger) == (False, False)


def test_membership_of_one_project_opens_no_other(project: Project, teammate: User) -> None:
    other = Project.objects.create(user=project.user, name="Other")
    ProjectMember.objects.create(
        project=project, user=teammate, email=teammate.email, status=ACTIVE, role=MEMBER
    )
    assert rights(other, teammate) == (False, False)


def test_a_project_is_listed_once_however_many_members_it_has(
    project: Project, owner: User, teammate: User, stranger: User
) -> None:
    for user in (owner, teammate, stranger):
        ProjectMember.objects.create(project=project, user=user, email=user.email, status=ACTIVE)
    assert list(Project.objects.visible_to(owner)) == [project]


def test_an_address_is_in_a_project_once(project: Project) -> None:
    ProjectMember.objects.create(project=project, email="a@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectMember.objects.create(project=project, email="a@example.com")
