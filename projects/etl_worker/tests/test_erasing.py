"""Erasing takes lines out of raw objects, and leaves those of others as they were."""

import json

import pytest
from treblle_etl import erasing
from treblle_etl.waiting import BACKGROUND
from treblle_models.identity import uuid7
from treblle_models.models import DeadLetter, Erasure, Project
from treblle_service import raw_objects


@pytest.fixture
def of_customer(payload):
    """A payload of an API customer, as a client's header names them."""

    def make(customer, project="P" * 16):
        return payload(
            **{
                "project_id": project,
                "data.request.headers": {"treblle-user-id": customer},
            }
        )

    return make


@pytest.fixture
def order(project):
    return Erasure.objects.create(
        subject="customer",
        user_uuid=project.user.uuid,
        project_uuid=project.uuid,
        external_id="shop-7",
    )


@pytest.fixture
def handed_on(monkeypatch):
    found = []
    monkeypatch.setattr(
        "celery.current_app.send_task",
        lambda name, kwargs=None, **options: found.append((name, kwargs, options["queue"])),
    )
    return found


def lines_of(store, key):
    return [json.loads(line) for line in raw_objects.decode(key, store.get(key))]


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.RAW_STORE_URL = f"file://{tmp_path}/raw"


def test_a_customers_lines_go_and_those_of_others_stay(
    put_raw, raw_store, of_customer, order, handed_on
):
    key = put_raw(of_customer("shop-7"), of_customer("shop-8"), of_customer("shop-7"))
    untouched = put_raw(of_customer("shop-9"))
    before = raw_store.get(untouched)
    erasing.take_turn(str(order.uuid), "")
    [line] = lines_of(raw_store, key)
    assert line["payload"]["data"]["request"]["headers"] == {"treblle-user-id": "shop-8"}
    assert raw_store.get(untouched) == before
    assert b"shop-7" not in raw_objects.decode(key, raw_store.get(key))[0]
    order.refresh_from_db()
    assert order.receipt == {"lines": {"raw": 2}, "objects": {"raw": 1}}
    assert handed_on == [("treblle_platform.erase", {"erasure": str(order.uuid)}, "platform")]


def test_an_object_that_held_nothing_else_is_removed(
    put_raw, raw_store, of_customer, order, handed_on
):
    put_raw(of_customer("shop-7"))
    erasing.take_turn(str(order.uuid), "")
    assert list(raw_store.keys()) == []


def test_another_project_has_customers_of_the_same_name(
    put_raw, raw_store, of_customer, order, handed_on
):
    key = put_raw(of_customer("shop-7", project="Q" * 16))
    erasing.take_turn(str(order.uuid), "")
    assert len(lines_of(raw_store, key)) == 1


def test_dead_letters_of_an_object_still_name_their_line(
    put_raw, raw_store, of_customer, order, handed_on
):
    ids = [uuid7() for _ in range(4)]
    key = put_raw(of_customer("shop-7"), b"{}", of_customer("shop-7"), b"[]", ids=ids)
    for number in (1, 3):
        DeadLetter.objects.create(object_key=key, line_number=number, reason="x", message="x")
    gone = DeadLetter.objects.create(
        object_key=key, event_id=ids[0], line_number=None, reason="refused", message="x"
    )
    erasing.take_turn(str(order.uuid), "")
    numbers = DeadLetter.objects.exclude(line_number=None).values_list("line_number", flat=True)
    assert sorted(numbers) == [0, 1]
    assert not DeadLetter.objects.filter(pk=gone.pk).exists()


def test_what_is_long_goes_on_in_another_task(
    put_raw, raw_store, of_customer, order, handed_on, monkeypatch
):
    monkeypatch.setattr(erasing, "OBJECTS_A_TURN", 2)
    keys = sorted(put_raw(of_customer("shop-7"), of_customer("a")) for _ in range(3))
    erasing.take_turn(str(order.uuid), "")
    assert handed_on == [
        ("treblle_etl.erase_raw", {"erasure": str(order.uuid), "start_after": keys[1]}, BACKGROUND)
    ]
    assert len(lines_of(raw_store, keys[2])) == 2
    erasing.take_turn(**{"uuid": str(order.uuid), "start_after": keys[1]})
    assert handed_on[1][0] == "treblle_platform.erase"
    assert all(len(lines_of(raw_store, key)) == 1 for key in keys)


def test_again_changes_nothing(put_raw, raw_store, of_customer, order, handed_on):
    key = put_raw(of_customer("shop-7"), of_customer("shop-8"))
    erasing.take_turn(str(order.uuid), "")
    written = raw_store.get(key)
    erasing.take_turn(str(order.uuid), "")
    assert raw_store.get(key) == written
    order.refresh_from_db()
    assert order.receipt["lines"] == {"raw": 1}


def test_all_lines_of_a_project_that_is_gone(put_raw, raw_store, of_customer, project, handed_on):
    other = Project.objects.create(user=project.user, name="Other", custom_id="Q" * 16)
    key = put_raw(of_customer("a"), of_customer("b", project="Q" * 16), of_customer("c"))
    order = Erasure.objects.create(
        subject="project",
        user_uuid=project.user.uuid,
        project_uuid=project.uuid,
        receipt={"notes": {"custom_ids": [project.custom_id], "project_ids": [project.pk]}},
    )
    Project.objects.filter(pk=project.pk).delete()
    erasing.take_turn(str(order.uuid), "")
    [line] = lines_of(raw_store, key)
    assert line["payload"]["project_id"] == other.custom_id
