"""Drawn uuids and keys that collide are drawn anew; given ones are the caller's word."""

import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from treblle_models import identity
from treblle_models.bulk import bulk_insert
from treblle_models.draws import ATTEMPTS
from treblle_models.models import Collection, Project, User

Births = Callable[[User], object]


def by_save(owner: User) -> object:
    return Collection(user=owner, name="new").save()


def by_create(owner: User) -> object:
    return Collection.objects.create(user=owner, name="new")


def by_get_or_create(owner: User) -> object:
    return Collection.objects.get_or_create(user=owner, name="new")


def by_update_or_create(owner: User) -> object:
    return Collection.objects.update_or_create(user=owner, name="new")


def by_related_manager(owner: User) -> object:
    return owner.collections.create(name="new")


def by_bulk_create(owner: User) -> object:
    return Collection.objects.bulk_create([Collection(user=owner, name="new")])


def by_bulk_create_ignoring_conflicts(owner: User) -> object:
    rows = [Collection(user=owner, name="new")]
    return Collection.objects.bulk_create(rows, ignore_conflicts=True)


def by_bulk_insert(owner: User) -> object:
    return bulk_insert([Collection(user=owner, name="new")])


BIRTHS = [
    by_save,
    by_create,
    by_get_or_create,
    by_update_or_create,
    by_related_manager,
    by_bulk_create,
    by_bulk_create_ignoring_conflicts,
    by_bulk_insert,
]


@pytest.fixture
def taken(owner: User) -> Collection:
    return Collection.objects.create(user=owner, name="there")


@pytest.fixture
def draw_in_turn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the next uuids be these numbers; after them, one is asked for too many."""

    def in_turn(*numbers: int) -> None:
        left = iter(numbers)
        monkeypatch.setattr(identity, "_uuid7_int", lambda *_: next(left))

    return in_turn


@pytest.mark.parametrize("birth", BIRTHS)
def test_a_drawn_uuid_that_collides_is_drawn_anew(
    owner: User, taken: Collection, draw_in_turn, birth: Births
) -> None:
    draw_in_turn(taken.uuid.int, taken.uuid.int, 42)
    birth(owner)
    assert Collection.objects.get(name="new").uuid == uuid.UUID(int=42)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("birth", BIRTHS)
def test_so_it_is_without_a_transaction_around(draw_in_turn, birth: Births) -> None:
    owner = User.objects.create_user("owner@example.com")
    taken = Collection.objects.create(user=owner, name="there")
    draw_in_turn(taken.uuid.int, 42)
    birth(owner)
    assert Collection.objects.get(name="new").uuid == uuid.UUID(int=42)


def test_the_transaction_around_goes_on(owner: User, taken: Collection, draw_in_turn) -> None:
    draw_in_turn(1, taken.uuid.int, 2)
    with transaction.atomic():
        Collection.objects.create(user=owner, name="before")
        Collection.objects.create(user=owner, name="new")
    assert Collection.objects.count() == 3


def test_a_given_uuid_that_collides_is_an_error(owner: User, taken: Collection) -> None:
    for birth in (
        lambda: Collection.objects.create(user=owner, name="new", uuid=taken.uuid),
        lambda: Collection.objects.bulk_create([Collection(user=owner, uuid=taken.uuid)]),
        lambda: bulk_insert([Collection(user=owner, uuid=taken.uuid)]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            birth()
    assert Collection.objects.count() == 1


def test_drawing_ends(owner: User, taken: Collection, draw_in_turn) -> None:
    draw_in_turn(*[taken.uuid.int] * ATTEMPTS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Collection.objects.create(user=owner, name="new")


def test_a_key_that_collides_is_drawn_anew(project: Project, monkeypatch) -> None:
    keys = iter([project.custom_id, "B" * 16])
    monkeypatch.setattr(identity, "random_key", lambda _: next(keys))
    assert Project.objects.create(user=project.user, name="x").custom_id == "B" * 16


def test_another_reason_is_not_taken_for_a_collision(project: Project, draw_in_turn) -> None:
    draw_in_turn(1, 2)
    project.members.create(email="a@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        project.members.create(email="a@example.com")


def test_of_equals_in_one_batch_the_given_one_stays(owner: User, draw_in_turn) -> None:
    draw_in_turn(7, 8)
    rows = [Collection(user=owner, name="drawn"), Collection(user=owner, uuid=uuid.UUID(int=7))]
    Collection.objects.bulk_create(rows)
    assert Collection.objects.get(name="drawn").uuid == uuid.UUID(int=8)


@pytest.mark.parametrize("birth", ["save", "bulk_create", "bulk_insert"])
def test_what_was_emptied_is_drawn(owner: User, birth: str) -> None:
    row = Project(user=owner, name="x", uuid=None, custom_id="")
    ways = {
        "save": row.save,
        "bulk_create": lambda: Project.objects.bulk_create([row]),
        "bulk_insert": lambda: bulk_insert([row]),
    }
    ways[birth]()
    stored = Project.objects.get()
    assert stored.uuid.version == 7
    assert len(stored.custom_id) == 16
