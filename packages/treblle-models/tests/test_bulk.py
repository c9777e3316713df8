"""`bulk_insert` puts in what `bulk_create` would, and says so where the database refuses."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from treblle_models import identity
from treblle_models.bulk import JSONText, bulk_insert, row_maker
from treblle_models.models import Collection, Customer, Project, ProjectHour, Request, User

WHEN = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


def values_of(project: Project, **fields) -> dict:
    usual = {
        "project_id": project.pk,
        "received_at": WHEN,
        "requested_at": WHEN,
        "loaded_at": WHEN,
        "method": "GET",
        "host": "api.example.com",
        "path": "/ä/🦊",
        "status": 200,
    }
    return usual | fields


def stored(model) -> list[dict]:
    left_out = {"id", "uuid", "created_at", "updated_at"}
    rows = model.objects.order_by("pk").values()
    return [{name: row[name] for name in row.keys() - left_out} for row in rows]


@pytest.mark.parametrize("make", [lambda **values: Request(**values), row_maker(Request)])
def test_rows_are_the_same_as_of_bulk_create(project: Project, make) -> None:
    tokyo = timezone(timedelta(hours=9))
    different = [
        {"load_time_ms": 1.5, "asn": 4_294_967_295, "metadata": {"plan": "pro"}},
        {"claimed_requested_at": WHEN.astimezone(tokyo), "received_at": WHEN.astimezone(tokyo)},
        {"uuid": uuid.UUID(int=7), "threat_level": Request.ThreatLevel.HIGH},
        {"received_at": WHEN.replace(microsecond=0)},
    ]
    values = [values_of(project, **fields) for fields in different]
    Request.objects.bulk_create([Request(**each) for each in values])
    expected = stored(Request)
    Request.objects.all().delete()
    rows = [make(each) if make.__name__ == "make" else make(**each) for each in values]
    assert bulk_insert(rows) == 4
    assert stored(Request) == expected
    assert Request.find_by_uuid(uuid.UUID(int=7)) is not None


def test_json_that_is_encoded_already_goes_in_as_it_is(project: Project) -> None:
    bulk_insert([Request(**values_of(project, metadata=JSONText('{"plan": "🦊"}')))])
    assert Request.objects.get().metadata == {"plan": "🦊"}


def test_keys_and_times_are_set(owner: User) -> None:
    bulk_insert([Project(user=owner, name="x"), Project(user=owner, name="y", custom_id="given")])
    first, second = Project.objects.order_by("pk")
    assert len(first.custom_id) == 16
    assert second.custom_id == "given"
    assert first.uuid != second.uuid
    assert first.created_at is not None
    assert first.masked_names == []


def test_a_time_of_birth_that_was_given_stays(owner: User) -> None:
    bulk_insert([Collection(user=owner, name="x", created_at=WHEN)])
    assert Collection.objects.get().created_at == WHEN


def test_all_go_in_or_none(project: Project) -> None:
    same = uuid.UUID(int=1)
    rows = [Request(**values_of(project, uuid=same)) for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert(rows)
    assert not Request.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_all_go_in_or_none_without_a_transaction_around() -> None:
    owner = User.objects.create_user("owner@example.com")
    project = Project.objects.create(user=owner, name="x")
    hours = [ProjectHour(project=project, bucket=WHEN) for _ in range(2)]
    with pytest.raises(IntegrityError):
        bulk_insert(hours)
    assert not ProjectHour.objects.exists()


def test_what_must_not_be_empty_is_refused_by_the_database(project: Project) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert([Request(**values_of(project, received_at=None))])


def test_a_drawn_uuid_that_collides_is_drawn_anew(project: Project, monkeypatch) -> None:
    there = Customer.objects.create(
        project=project, external_id="a", first_seen_at=WHEN, last_seen_at=WHEN
    )
    draws = iter([there.uuid.int, 5, 5, 6, 7])
    monkeypatch.setattr(identity, "_uuid7_int", lambda *_: next(draws))
    bulk_insert(
        [
            Customer(project=project, external_id=name, first_seen_at=WHEN, last_seen_at=WHEN)
            for name in ("b", "c", "d")
        ]
    )
    assert Customer.objects.count() == 4


def test_nothing_is_no_row() -> None:
    assert bulk_insert([]) == 0


def test_a_maker_refuses_a_name_that_is_no_column() -> None:
    with pytest.raises(TypeError, match="colour"):
        row_maker(Request)({"colour": "red"})


def test_made_rows_share_nothing_that_can_change() -> None:
    make = row_maker(Request)
    first, second = make({}), make({})
    first.metadata["x"] = 1
    assert second.metadata == {}
    assert first.uuid != second.uuid
