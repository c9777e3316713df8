"""The page of those who run the system."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from treblle_models.identity import uuid7
from treblle_models.models import DeadLetter, Forgetting, LedgerEntry, UsageMonth
from treblle_platform.celery import app
from treblle_service.pipeline_state import PipelineState, StateBoard

NOW = datetime.now(UTC)


def cache_at(url):
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": url,
        }
    }


@pytest.fixture
def board(settings, valkey, valkey_url):
    settings.CACHES = cache_at(f"{valkey_url}/0")
    return StateBoard(f"{valkey_url}/0")


@pytest.fixture
def staff(client, people):
    people.stranger.is_staff = True
    people.stranger.save()
    client.force_login(people.stranger)
    return client


@pytest.fixture
def letter(db):
    return DeadLetter.objects.create(
        object_key="raw/v1/one", reason="refused", message="the database refuses it"
    )


@pytest.fixture
def sent(monkeypatch):
    tasks = []
    monkeypatch.setattr(
        app,
        "send_task",
        lambda name, **words: tasks.append((name, words["queue"], words.get("kwargs"))),
    )
    return tasks


def test_a_command_shows_the_page_to_who_signed_up_and_hides_it_again(client, people, board):
    client.force_login(people.owner)
    call_command("make_staff", people.owner.email.upper())
    assert client.get(reverse("staff:page")).status_code == 200
    call_command("make_staff", people.owner.email, "--undo")
    assert client.get(reverse("staff:page")).status_code == 404
    with pytest.raises(CommandError, match=r"no user nobody@shop\.example"):
        call_command("make_staff", "nobody@shop.example")


@pytest.mark.parametrize("name", ["staff:page", "staff:accounts"])
def test_others_do_not_learn_that_there_is_such_a_page(name, client, people, board):
    client.force_login(people.owner)
    assert client.get(reverse(name)).status_code == 404
    assert reverse("staff:page") not in client.get(reverse("projects:list")).content.decode()


def test_others_cannot_replay(client, people, letter, sent):
    client.force_login(people.owner)
    assert client.post(reverse("staff:replay"), {"reason": "refused"}).status_code == 404
    assert sent == []


def test_what_was_measured_is_shown(staff, board):
    board.write(
        PipelineState(
            datetime.now(UTC),
            oldest_unprocessed_s=42,
            lag_p50_s=0.4,
            events_per_s=17.2,
            queued_tasks={"etl": 3},
        )
    )
    page = staff.get(reverse("staff:page")).content.decode()
    for words in ("42 s", "0.4 s", "17.2 /s", "Tasks for etl", "No dead letters"):
        assert words in page
    assert "The last measurement is old" not in page


def test_an_old_measurement_is_called_old(staff, board):
    board.write(PipelineState(datetime.now(UTC) - timedelta(minutes=5)))
    assert "The last measurement is old" in staff.get(reverse("staff:page")).content.decode()


def test_without_a_measurement_or_a_cache_the_page_says_so(staff, board, settings):
    assert "No listener has measured" in staff.get(reverse("staff:page")).content.decode()
    settings.CACHES = cache_at("redis://127.0.0.1:1/0")
    assert "The cache does not answer" in staff.get(reverse("staff:page")).content.decode()


def test_dead_letters_are_replayed_by_reason_in_the_etl(staff, board, letter, sent):
    page = staff.get(reverse("staff:page")).content.decode()
    assert "the database refuses it" in page
    answer = staff.post(reverse("staff:replay"), {"reason": "refused"}, follow=True)
    assert "are being tried again" in answer.content.decode()
    ((name, queue, arguments),) = sent
    assert (name, queue) == ("treblle_etl.replay_dead_letters", "etl")
    assert arguments["reason"] == "refused"
    assert datetime.fromisoformat(arguments["until"]) >= letter.created_at


def test_a_reason_without_letters_is_not_replayed(staff, board, sent):
    answer = staff.post(reverse("staff:replay"), {"reason": "refused"}, follow=True)
    assert "nothing left to replay" in answer.content.decode()
    assert sent == []


def test_what_could_not_be_forgotten_is_listed_and_tried_again(staff, board, sent):
    assert "Not forgotten" not in staff.get(reverse("staff:page")).content.decode()
    given_up, _ = (
        Forgetting.objects.create(
            project_uuid=uuid7(), erasure_uuid=uuid7(), progress=progress, part="drift",
            error="ValueError", words=["zoe@example.com"],
        )
        for progress in ("failed", "running")
    )  # fmt: skip
    page = staff.get(reverse("staff:page")).content.decode()
    for words in (str(given_up.uuid), "The drift log", "ValueError"):
        assert page.count(words) == 1
    assert "zoe" not in page
    answer = staff.post(reverse("staff:forget_again"), follow=True)
    assert "is being tried again" in answer.content.decode()
    assert sent == [("treblle_etl.forget_again", "etl-background", None)]


def test_others_cannot_have_it_forgotten_again(client, people, sent):
    client.force_login(people.owner)
    assert client.post(reverse("staff:forget_again")).status_code == 404
    assert sent == []


def test_hours_tell_what_was_loaded(staff, board):
    for number in range(3):
        LedgerEntry.objects.create(
            object_key=f"{number}", processed_at=NOW, loaded=100, duplicates=1
        )
    page = staff.get(reverse("staff:page")).content.decode()
    assert "300" in page


def test_accounts_are_listed_by_what_they_sent_this_month(staff, people):
    month = datetime.now(UTC).date().replace(day=1)
    UsageMonth.objects.create(user=people.owner, month=month, requests=5000)
    UsageMonth.objects.create(user=people.member, month=month, requests=9000, warned_at=NOW)
    last = (month - timedelta(days=1)).replace(day=1)
    UsageMonth.objects.create(user=people.viewer, month=last, requests=1)
    page = staff.get(reverse("staff:accounts")).content.decode()
    assert page.index(people.member.email) < page.index(people.owner.email)
    assert people.viewer.email not in page
    assert "Warned" in page
    found = staff.get(reverse("staff:accounts"), {"q": people.owner.email}).content.decode()
    assert people.member.email not in found
