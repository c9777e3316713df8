"""Erasing and exporting: what is to go is gone from every table and object; what stays is whole."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from treblle_models.identity import uuid7
from treblle_models.models import (
    Alert,
    AlertRule,
    AuditEntry,
    Comment,
    Customer,
    DimensionDay,
    Endpoint,
    EndpointCustomer,
    Erasure,
    Export,
    Forgetting,
    PinnedRequest,
    Problem,
    Project,
    ProjectHour,
    Request,
    ShareLink,
    User,
)
from treblle_platform.celery import app
from treblle_platform.privacy import operations, tasks
from treblle_platform.privacy.tables import tables_of_projects
from treblle_service import details
from treblle_service.store import open_store

PASSWORD = "a long enough password"


@pytest.fixture
def confirmed(owner):
    owner.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return owner


@pytest.fixture
def handed_on(monkeypatch):
    """Tasks for the ETL, which is not here."""
    found = []
    monkeypatch.setattr(
        app,
        "send_task",
        lambda name, kwargs, **_: found.append((name, kwargs.get("erasure") or kwargs)),
    )
    return found


@pytest.fixture
def store(settings, tmp_path):
    settings.DETAILS_STORE_URL = f"file://{tmp_path}/details"
    return open_store(settings.DETAILS_STORE_URL)


@pytest.fixture
def batch(store, add_request):
    """Requests as one batch loads them, their details in one object: `batch(*fields)`."""

    def add(*rows):
        writer = details.DetailsWriter(details.key_for(timezone.now(), "standard", str(uuid7())))
        made = []
        for number, fields in enumerate(rows):
            place = writer.add(json.dumps({"body": f"secret {number} {fields}"}).encode(), uuid7())
            made.append(
                add_request(
                    details_key=place.key,
                    details_offset=place.offset,
                    details_length=place.length,
                    **fields,
                )
            )
        writer.put(store)
        return made

    return add


def customer_of(project, external_id):
    now = timezone.now()
    return Customer.objects.create(
        project=project, external_id=external_id, first_seen_at=now, last_seen_at=now
    )


def body_of(store, request):
    place = details.Place(request.details_key, request.details_offset, request.details_length)
    return details.read(store, place)["body"]


@pytest.fixture
def erase(handed_on, worker_at_once):
    """What the worker does once the ETL has searched the raw objects."""

    def run():
        order = Erasure.objects.latest("pk")
        tasks.erase.delay(erasure=str(order.uuid))
        order.refresh_from_db()
        return order

    return run


@pytest.fixture
def two_customers(project, people, book, batch):
    """Requests of two customers in one object, and all that hangs on those of the first."""
    leaving, staying = customer_of(project, "shop-7"), customer_of(project, "shop-8")
    requests = batch({"customer": leaving}, {"customer": staying}, {"customer": leaving})
    now = timezone.now()
    ids = {"project": project, "request_uuid": requests[0].uuid}
    Comment.objects.create(user=people.owner, text="who is that?", **ids)
    ShareLink.objects.create(user=people.owner, digest="0" * 64, expires_at=now, **ids)
    for customer in (leaving, staying):
        link = {"project": project, "customer": customer}
        EndpointCustomer.objects.create(endpoint=book, first_seen_at=now, last_seen_at=now, **link)
        DimensionDay.objects.create(
            project=project, bucket=now, dimension="customer", value=str(customer.uuid), requests=1
        )
    Problem.objects.create(
        project=project,
        fingerprint="f" * 64,
        kind="exception",
        first_seen_at=now,
        last_seen_at=now,
        request_uuid=requests[2].uuid,
    )
    ProjectHour.objects.create(project=project, bucket=now, requests=3)
    return requests


@pytest.mark.django_db(transaction=True)
def test_a_customer_is_erased_everywhere_with_a_receipt(
    owner, people, project, two_customers, store, erase, handed_on
):
    gone, stays, gone_too = two_customers
    page = f"/projects/{project.uuid}/settings/erase/"
    answer = owner.post(page, {"external_id": "shop-7"}, follow=True)
    assert "Receipt of an erasure" in answer.content.decode()
    assert [name for name, _ in handed_on] == ["treblle_etl.erase_raw"]
    order = erase()
    assert order.progress == "done"
    assert set(Request.objects.values_list("uuid", flat=True)) == {stays.uuid}
    assert body_of(store, Request.objects.get()) == f"secret 1 {{'customer': {stays.customer!r}}}"
    everything = b"".join(map(store.get, store.keys()))
    frame = slice(gone.details_offset, gone.details_offset + gone.details_length)
    assert not any(store.get(stays.details_key)[frame])
    assert everything.count(b"\x28\xb5\x2f\xfd") == 1  # one frame's magic number is left
    assert not Comment.objects.exists()
    assert not ShareLink.objects.exists()
    assert Customer.objects.get().external_id == "shop-8"
    assert EndpointCustomer.objects.get().customer.external_id == "shop-8"
    assert DimensionDay.objects.count() == 1
    assert Problem.objects.get().request_uuid is None
    assert ProjectHour.objects.get().requests == 3
    of_endpoints, of_words = Forgetting.objects.order_by("pk")
    assert of_endpoints.endpoints == [str(Endpoint.objects.get().uuid)]
    assert of_words.words == ["shop-7"]
    orders = [{"forgetting": str(each.uuid)} for each in (of_endpoints, of_words)]
    assert handed_on[1:] == [("treblle_etl.forget", each) for each in orders]
    assert order.external_id == ""
    assert order.receipt["rows"]["requests"] == 2
    assert order.receipt["objects"]["details"] == 1
    assert order.receipt["bytes"]["details"] == gone.details_length + gone_too.details_length
    assert "notes" not in order.receipt
    handed_over = json.loads(owner.get(f"{page}{order.uuid}/receipt.json").content)
    assert handed_over["rows"]["customers"] == 1
    assert "shop-7" not in json.dumps(handed_over)
    entry = AuditEntry.objects.get(action="customer.erased")
    assert "shop-7" not in json.dumps(entry.changes)


@pytest.mark.django_db(transaction=True)
def test_a_pinned_request_is_erased_with_its_copy(owner, project, batch, store, erase, handed_on):
    [kept] = batch({"customer": customer_of(project, "shop-7")})
    owner.post(f"/projects/{project.uuid}/settings/pinned/{kept.uuid}/")
    assert list(store.keys()) == [PinnedRequest.objects.get().details_key]
    owner.post(f"/projects/{project.uuid}/settings/erase/", {"external_id": "shop-7"})
    erase()
    assert list(store.keys()) == []
    assert not PinnedRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_loaded_meanwhile_is_found_by_a_last_look(
    owner, project, batch, store, handed_on, monkeypatch
):
    """The first pass ends; a batch that was under way is loaded; the last look takes it."""
    looks = []
    monkeypatch.setattr(tasks.erase, "apply_async", lambda **options: looks.append(options))
    leaving = customer_of(project, "shop-7")
    batch({"customer": leaving})
    owner.post(f"/projects/{project.uuid}/settings/erase/", {"external_id": "shop-7"})
    order = Erasure.objects.get()
    tasks.erase(erasure=str(order.uuid))
    order.refresh_from_db()
    assert order.progress == "running"
    batch({"customer": customer_of(project, "shop-7")})
    [look] = looks
    assert look["countdown"] >= 30
    tasks.erase(**look["kwargs"])
    order.refresh_from_db()
    assert order.progress == "done"
    assert not Request.objects.exists()
    assert order.receipt["rows"]["requests"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_receipt_says_whether_what_was_learned_is_forgotten(
    owner, project, two_customers, store, erase, handed_on
):
    lead = f"/projects/{project.uuid}/settings/erase/"
    owner.post(lead, {"external_id": "shop-7"})
    order = erase()
    assert order.progress == "done"
    under_way = owner.get(f"{lead}{order.uuid}/").content.decode()
    assert "Still under way" in under_way
    assert "Erased, still forgetting" in under_way
    assert "Erased, still forgetting" in owner.get(lead).content.decode()
    handed_out = f"{lead}{order.uuid}/receipt.json"
    assert owner.get(handed_out).json()["learned_words_forgotten_at"] is None
    Forgetting.objects.update(progress="done")
    forgotten = owner.get(f"{lead}{order.uuid}/").content.decode()
    assert "Learned words forgotten" in forgotten
    assert "Still under way" not in forgotten
    assert "still forgetting" not in forgotten + owner.get(lead).content.decode()
    assert owner.get(handed_out).json()["learned_words_forgotten_at"]
    assert owner.get(handed_out).json()["learned_words"] == "forgotten"


@pytest.mark.django_db(transaction=True)
def test_the_receipt_says_plainly_that_words_could_not_be_forgotten(
    owner, project, two_customers, store, erase, handed_on
):
    lead = f"/projects/{project.uuid}/settings/erase/"
    owner.post(lead, {"external_id": "shop-7"})
    order = erase()
    handed_out = f"{lead}{order.uuid}/receipt.json"
    assert owner.get(handed_out).json()["learned_words"] == "under_way"
    first, *_ = Forgetting.objects.order_by("pk")
    Forgetting.objects.exclude(pk=first.pk).update(progress="done")
    Forgetting.objects.filter(pk=first.pk).update(progress="failed", error="ValueError")
    page = owner.get(f"{lead}{order.uuid}/").content.decode()
    for words in ("Could not be forgotten", "could not all be forgotten"):
        assert words in page
    assert "Erased, not all forgotten" in page
    assert "Erased, not all forgotten" in owner.get(lead).content.decode()
    for words in ("Still under way", "still being forgotten", "ValueError"):
        assert words not in page
    answer = owner.get(handed_out).json()
    assert (answer["learned_words"], answer["learned_words_forgotten_at"]) == ("failed", None)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_said_forgotten_while_there_is_more_to_erase(
    owner, project, two_customers, store, handed_on, monkeypatch
):
    """What is loaded meanwhile may be learned from until the last look."""
    monkeypatch.setattr(tasks.erase, "apply_async", lambda **_: None)
    owner.post(f"/projects/{project.uuid}/settings/erase/", {"external_id": "shop-7"})
    order = Erasure.objects.get()
    tasks.erase(erasure=str(order.uuid))
    Forgetting.objects.update(progress="done")
    page = owner.get(f"/projects/{project.uuid}/settings/erase/{order.uuid}/").content.decode()
    assert "Still under way" in page


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_loses_nothing_of_what_is_to_be_forgotten(
    owner, project, two_customers, store, erase, handed_on, monkeypatch
):
    owner.post(f"/projects/{project.uuid}/settings/erase/", {"external_id": "shop-7"})

    def fail(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(app, "send_task", fail)
    assert erase().progress == "done"
    orders = Forgetting.objects.order_by("pk")
    assert [each.progress for each in orders] == ["pending", "pending"]
    assert [each.words for each in orders] == [[], ["shop-7"]]


@pytest.mark.django_db(transaction=True)
def test_an_order_whose_task_was_lost_begins_anew_but_not_for_ever(project, people, handed_on):
    order = operations.order_customer(project, people.owner, "shop-7")
    later = timezone.now() + operations.LOST_AFTER + timedelta(minutes=1)
    assert operations.begin_lost_ones(timezone.now()) == 0
    assert operations.begin_lost_ones(later) == 1
    assert len(handed_on) == 2
    Erasure.objects.update(receipt={"notes": {"beginnings": operations.MAX_BEGINNINGS}})
    operations.begin_lost_ones(later)
    order.refresh_from_db()
    assert (order.progress, len(handed_on)) == ("failed", 2)


@pytest.mark.django_db(transaction=True)
def test_a_project_is_deleted_at_once_and_then_to_the_last_row(
    confirmed, people, project, two_customers, store, erase, handed_on
):
    rule = AlertRule.objects.create(project=project, name="x", metric="error_rate")
    Alert.objects.create(project=project, rule=rule, opened_at=timezone.now(), message="x")
    other = Project.objects.create(user=people.owner, name="Other")
    page = f"/projects/{project.uuid}/settings/erase/project/"
    refused = confirmed.post(page, {"typed": "bookshop"})
    assert "That is not it." in refused.content.decode()
    answer = confirmed.post(page, {"typed": "Bookshop API"}, follow=True)
    assert "Bookshop API is deleted" in answer.content.decode()
    assert confirmed.get(f"/projects/{project.uuid}/").status_code == 404
    assert erase().progress == "done"
    left = {
        model._meta.db_table: model._base_manager.filter(**{lookup: project.pk}).count()
        for model, lookup in tables_of_projects()
    }
    assert len(left) > 35
    assert {table for table, rows in left.items() if rows} == set()
    assert list(store.keys()) == []
    assert Project.objects.get() == other


@pytest.mark.django_db(transaction=True)
def test_an_account_is_deleted_with_all_its_own_and_logged_out_everywhere(
    confirmed, people, project, two_customers, store, erase, handed_on
):
    elsewhere = Client()
    elsewhere.force_login(people.owner)
    theirs = Project.objects.create(user=people.stranger, name="Theirs")
    theirs.members.create(user=people.owner, email=people.owner.email, status="active")
    AuditEntry.objects.create(
        project=theirs, user=people.owner, email=people.owner.email, action="x", ip="203.0.113.9"
    )
    refused = confirmed.post("/account/data/delete/", {"typed": "no"})
    assert refused.status_code == 400
    confirmed.post("/account/data/delete/", {"typed": people.owner.email})
    assert not User.objects.filter(email=people.owner.email).exists()
    assert confirmed.get("/projects/").status_code == 302
    assert elsewhere.get("/projects/").status_code == 302
    assert erase().progress == "done"
    assert not Request.objects.exists()
    assert list(store.keys()) == []
    assert not theirs.members.exists()
    entry = AuditEntry.objects.get(project=theirs)
    assert (entry.user, entry.email, entry.ip) == (None, "", "")
    assert Project.objects.get() == theirs


def test_deleting_asks_for_the_password_first(owner, people, project):
    answer = owner.post("/account/data/delete/", {"typed": people.owner.email})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.filter(pk=people.owner.pk).exists()


@pytest.fixture
def exported(confirmed, worker_at_once, two_customers, monkeypatch):
    real = app.send_task

    def at_once(name, kwargs, **_):
        if name == "treblle_platform.export_account":
            tasks.export_account.delay(**kwargs)
        else:
            real(name, kwargs=kwargs)

    monkeypatch.setattr(app, "send_task", at_once)
    confirmed.post("/account/data/exports/")
    return Export.objects.get()


def unzipped(answer):
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.django_db(transaction=True)
def test_an_export_holds_everything_and_no_secret(confirmed, people, project, exported):
    assert (exported.progress, exported.rows) == ("done", 3)
    page = confirmed.get("/account/data/").content.decode()
    link = re.search(r'href="(/account/data/exports/[^"]+)"', page)[1]
    files = unzipped(confirmed.get(link))
    folder = f"projects/{project.custom_id}"
    assert set(files) == {
        "account.json",
        f"{folder}/project.json",
        f"{folder}/requests-00001.ndjson",
    }
    requests = [json.loads(line) for line in files[f"{folder}/requests-00001.ndjson"].splitlines()]
    assert len(requests) == 3
    assert requests[0]["details"]["body"].startswith("secret 0")
    about = json.loads(files[f"{folder}/project.json"])
    assert about["comments"][0]["text"] == "who is that?"
    assert {each["external_id"] for each in about["customers"]} == {"shop-7", "shop-8"}
    account = json.loads(files["account.json"])
    assert account["user"]["email"] == people.owner.email
    whole = "".join(files.values())
    assert people.owner.api_key not in whole
    assert "password" not in account["user"]
    assert '"id"' not in whole


@pytest.mark.django_db(transaction=True)
def test_nobody_downloads_the_export_of_another(exported, people):
    other = Client()
    other.force_login(people.stranger)
    other.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert other.get(f"/account/data/exports/{exported.uuid}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_export_goes_when_its_time_is_over(exported, store):
    Export.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    tasks.resume_jobs.delay()
    assert not Export.objects.exists()
    assert list(store.keys("exports/")) == []


@pytest.mark.django_db(transaction=True)
def test_an_export_of_many_requests_goes_on_part_by_part(
    confirmed, project, two_customers, worker_at_once, monkeypatch
):
    monkeypatch.setattr("treblle_platform.privacy.export.REQUESTS_A_PART", 2)
    monkeypatch.setattr(tasks, "TURN_S", 0)
    monkeypatch.setattr(
        app, "send_task", lambda name, kwargs, **_: tasks.export_account.delay(**kwargs)
    )
    confirmed.post("/account/data/exports/")
    files = unzipped(confirmed.get(f"/account/data/exports/{Export.objects.get().uuid}/"))
    lines = [text.splitlines() for name, text in sorted(files.items()) if "requests-" in name]
    assert [len(part) for part in lines] == [2, 1]
    assert len({json.loads(line)["uuid"] for part in lines for line in part}) == 3
