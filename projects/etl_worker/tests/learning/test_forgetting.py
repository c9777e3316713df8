"""An API customer who is erased leaves no words behind in what was learned."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import celery
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_etl import forgettings, tasks
from treblle_etl.learning import documents, endpoints, naming_nobody, schemas
from treblle_etl.learning import state as learning_state
from treblle_models.models import (
    Alert,
    AlertRule,
    Anomaly,
    ApiChange,
    ApiDocument,
    Endpoint,
    EndpointCheckResult,
    EndpointSchema,
    Forgetting,
    PathState,
    Problem,
    Project,
    ProjectCheckResult,
    Request,
)

AREAS = ("books", "boats", "taps", "users", "orders", "shops")


@pytest.fixture
def forget(project: Project) -> Callable[..., Forgetting]:
    """`forget(words=…, endpoints=…)`: an order, worked off to its end a step after the other."""

    def forget(**what: list[str]) -> Forgetting:
        order = Forgetting.objects.create(
            project_uuid=project.uuid, erasure_uuid=project.uuid, **what
        )
        while forgettings.take_step(str(order.uuid), datetime.now(UTC)):
            pass
        order.refresh_from_db()
        return order

    return forget


@pytest.fixture
def learned(load: Callable, learn: Callable, project: Project) -> ApiDocument:
    """Users by name with a role, and books nobody is named in; a document of both."""
    for number in range(40):
        name, role = f"Zoe {number}", ("admin", "guest")[number % 2]
        body = {"id": number, "full_name": name, "role": role}
        load([("GET", f"/users/{number}")], **{"response.body": body, "response.code": 200})
    load(
        [("GET", f"/books/{number}") for number in range(30)],
        **{"response.body": {"title": "Kim"}, "response.code": 200},
    )
    learn()
    made = documents.build(project)
    assert made is not None
    return made


def json_of(document: ApiDocument, path: str) -> dict:
    answers = document.content["paths"][path]["get"]["responses"]
    found: dict = answers["200"]["content"]["application/json"]
    return found


def test_examples_and_free_texts_go_and_what_the_api_is_like_stays(
    project: Project, learned: ApiDocument, forget: Callable
) -> None:
    before = json_of(learned, "/users/{user_id}")
    assert "Zoe" in str(before["example"])
    users = Endpoint.objects.get(template="/users/{user_id}")
    rows = EndpointSchema.objects.filter(endpoint=users)
    assert "Zoe" in str([*rows.values_list("state", flat=True)])
    for _ in range(2):
        forget(endpoints=[str(users.uuid)])
        learned.refresh_from_db()
        after = json_of(learned, "/users/{user_id}")
        assert after["schema"] == before["schema"]
        assert after["schema"]["properties"]["role"]["enum"] == ["admin", "guest"]
        assert "Zoe" not in str(learned.content)
        assert "Zoe" not in str([*rows.values_list("state", flat=True)])
        assert json_of(learned, "/books/{book_id}")["example"] == {"title": "Kim"}
        assert documents.build(project) is None


def test_learning_under_way_publishes_nothing_of_what_it_read_before(
    project: Project,
    learned: ApiDocument,
    load: Callable,
    learn: Callable,
    forget: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    users = Endpoint.objects.get(template="/users/{user_id}")
    load([("GET", "/users/7")], **{"response.body": {"full_name": "Zoe", "a": 1, "b": 2}})
    save = schemas.load

    def erased_meanwhile(*wanted: object) -> object:
        found = save(*wanted)
        monkeypatch.setattr(schemas, "load", save)
        forget(endpoints=[str(users.uuid)])
        return found

    monkeypatch.setattr(schemas, "load", erased_meanwhile)
    assert learn().is_lost
    states = EndpointSchema.objects.filter(endpoint=users).values_list("state", flat=True)
    assert "Zoe" not in str([*states])


@pytest.mark.usefixtures("learned")
def test_what_has_not_changed_is_neither_read_nor_written_again(
    project: Project, load: Callable, learn: Callable
) -> None:
    endpoint = Endpoint.objects.get(template="/users/{user_id}")
    rows = EndpointSchema.objects.filter(endpoint=endpoint)
    assert all(len(digest) == 64 for digest in rows.values_list("schema_digest", flat=True))
    known = schemas.rows_of(schemas.load([endpoint]).items())
    later = datetime.now(UTC) + timedelta(hours=1)
    with CaptureQueriesContext(connection) as queries:
        schemas.save(project.pk, known, later)
    statements = [query["sql"] for query in queries]
    assert not any("UPDATE" in sql or "INSERT" in sql or "state" in sql for sql in statements)
    count = {row.pk: row.samples for row in rows}
    load([("GET", "/users/7")], **{"response.body": {"id": 7}, "response.code": 200})
    learn()
    assert any(row.samples != count.get(row.pk) for row in rows.all())


def everything_learned(project: Project) -> str:
    rows = [
        *EndpointSchema.objects.values_list("state", flat=True),
        *ApiDocument.objects.values_list("content", flat=True),
        *ApiChange.objects.values_list("description", "location"),
        *Endpoint.objects.values_list("template", flat=True),
    ]
    state_of = learning_state.load(project.pk)
    return f"{rows} {state_of.learner.to_bytes()!r} {bytes(PathState.objects.get().state)!r}"


def test_words_that_name_the_customer_go_from_paths_enumerations_and_drift(
    project: Project, load: Callable, learn: Callable, forget: Callable, template_of: Callable
) -> None:
    """Their name is a step that is called often, one of few values, and in the drift log."""
    for number in range(40):
        body = {"owner": ("zoe-doe", "kim")[number % 2], "role": ("admin", "guest")[number % 2]}
        load(
            [("GET", f"/pets/{number}"), ("GET", "/pets/zoe-doe/toys"), ("GET", "/orders")],
            **{"response.body": body, "response.code": 200},
        )
    learn()
    made = documents.build(project)
    assert made is not None
    ApiChange.objects.create(
        project=project, document=made, code="endpoint-added", location="/paths/~1pets~1Zoe-Doe",
        description="GET /pets/zoe-doe/toys is new", detected_at=datetime.now(UTC),
    )  # fmt: skip
    before = everything_learned(project)
    assert before.count("zoe-doe") > 4
    assert "/pets/zoe-doe/toys" in made.content["paths"]
    for _ in range(2):
        order = forget(words=["Zoe Doe"])
        assert (order.progress, order.words) == ("done", [])
        left = everything_learned(project).lower()
        assert "zoe" not in left, left[max(0, left.index("zoe") - 300) : left.index("zoe") + 80]
    made.refresh_from_db()
    owner = json_of(made, "/pets/{pet_id}")["schema"]["properties"]
    assert "enum" not in owner["owner"]
    assert owner["role"]["enum"] == ["admin", "guest"]
    assert "/orders" in made.content["paths"]
    assert template_of("GET", "/pets/zoe-doe/toys").startswith("/pets/{")
    assert template_of("GET", "/orders") == "/orders"
    load([("GET", "/pets/7")], **{"response.body": {"owner": "kim"}, "response.code": 200})
    learn()
    assert "zoe" not in everything_learned(project).lower()


def test_what_software_calls_things_names_nobody(
    project: Project, learned: ApiDocument, forget: Callable
) -> None:
    before = learned.content
    forget(words=["admin", "Users", "7"])
    learned.refresh_from_db()
    assert learned.content == before
    assert Endpoint.objects.filter(template="/users/{user_id}").exists()


def test_marks_of_requests_that_are_gone_name_none(
    project: Project, learned: ApiDocument, forget: Callable
) -> None:
    users = Endpoint.objects.get(template="/users/{user_id}")
    rows = EndpointSchema.objects.filter(endpoint=users)
    # Free texts go with their marks; what is left are those of types, bounds and enumerations.
    forget(endpoints=[str(users.uuid)])
    states = str([*rows.values_list("state", flat=True)])
    uuids = map(str, Request.objects.values_list("uuid", flat=True))
    first, *others = sorted((uuid for uuid in uuids if uuid in states), key=states.index)
    assert others
    Request.objects.filter(uuid=first).delete()
    forget(endpoints=[str(users.uuid)])
    states = str([*rows.values_list("state", flat=True)])
    assert first not in states
    assert all(uuid in states for uuid in others)
    assert documents.build(project) is None


def test_a_step_writes_one_version_of_a_document(project: Project, learned: ApiDocument) -> None:
    for version in (2, 3):
        ApiDocument.objects.create(
            project=project, source="traffic", version=version, content=learned.content, digest=""
        )
    users = Endpoint.objects.get(template="/users/{user_id}")
    order = Forgetting.objects.create(
        project_uuid=project.uuid, erasure_uuid=project.uuid, endpoints=[str(users.uuid)]
    )
    naming, has_more = [], True
    while has_more:
        has_more = forgettings.take_step(str(order.uuid), datetime.now(UTC))
        rows = ApiDocument.objects.order_by("version").values_list("version", "content")
        naming.append([version for version, content in rows if "Zoe" in str(content)])
    assert [each for at, each in enumerate(naming) if each != naming[at - 1]] == [
        [1, 2, 3],
        [1, 2],
        [1],
        [],
    ]


def test_an_order_the_broker_lost_is_found_again_until_it_is_done(
    project: Project, learned: ApiDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    users = Endpoint.objects.get(template="/users/{user_id}")
    order = Forgetting.objects.create(
        project_uuid=project.uuid, erasure_uuid=project.uuid, endpoints=[str(users.uuid)]
    )
    assert forgettings.due(order.updated_at) == []
    later = order.updated_at + forgettings.LOST_AFTER + timedelta(seconds=1)
    assert forgettings.due(later) == [str(order.uuid)]
    Forgetting.objects.update(updated_at=order.updated_at - timedelta(hours=1))
    monkeypatch.setattr(tasks.forget, "delay", tasks.forget)
    tasks.forget()
    order.refresh_from_db()
    assert (order.progress, order.endpoints) == ("done", [])
    assert "Zoe" not in everything_learned(project)
    assert forgettings.due(later + timedelta(days=1)) == []


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], list[int]]:
    """`fails(True)`: looking through the drift log fails, each try is in the list; or no more."""
    tries: list[int] = []
    works = naming_nobody.out_of_texts

    def fail(*_: object) -> None:
        tries.append(len(tries))
        raise ValueError("zoe@example.com")

    def fails(does: bool) -> list[int]:
        monkeypatch.setattr(naming_nobody, "out_of_texts", fail if does else works)
        return tries

    return fails


def work_until(end: datetime, now: datetime) -> None:
    """What beat does every five minutes, and the worker."""
    while now < end:
        for uuid in forgettings.due(now):
            has_more = True
            while has_more:
                try:
                    has_more = forgettings.take_step(uuid, now)
                except ValueError:
                    has_more = False
        now += timedelta(minutes=5)


def test_an_order_that_always_fails_is_given_up_after_ever_longer_pauses(
    project: Project, fails: Callable
) -> None:
    tries = fails(True)
    order = Forgetting.objects.create(
        project_uuid=project.uuid, erasure_uuid=project.uuid, words=["zoe@example.com"]
    )
    pauses, now = [], datetime.now(UTC) + timedelta(hours=1)
    while order.progress != "failed":
        before = len(tries)
        work_until(now + timedelta(seconds=1), now)
        order.refresh_from_db()
        assert len(tries) == before + 1
        if order.next_attempt_at:
            assert forgettings.due(order.next_attempt_at - timedelta(seconds=1)) == []
            assert not forgettings.take_step(str(order.uuid), now)
            pauses.append(order.next_attempt_at - now)
            now = order.next_attempt_at + timedelta(seconds=1)
    assert len(tries) == forgettings.MAX_ATTEMPTS
    assert pauses == sorted(pauses)
    assert timedelta(hours=5) < sum(pauses, timedelta()) < timedelta(days=1)
    assert pauses != list(forgettings.PAUSES)
    assert (order.part, order.error) == ("drift", "ValueError")
    work_until(now + timedelta(days=3), now)
    assert len(tries) == forgettings.MAX_ATTEMPTS


def test_tries_of_a_step_that_works_in_the_end_are_forgiven(
    project: Project, fails: Callable
) -> None:
    fails(True)
    order = Forgetting.objects.create(
        project_uuid=project.uuid, erasure_uuid=project.uuid, words=["zoe@example.com"]
    )
    now = datetime.now(UTC) + timedelta(hours=1)
    work_until(now + timedelta(hours=2), now)
    fails(False)
    work_until(now + timedelta(days=2), now + timedelta(hours=2))
    order.refresh_from_db()
    assert (order.progress, order.attempts, order.error) == ("done", 0, "")
    assert (order.words, order.next_attempt_at) == ([], None)


def test_a_worker_that_dies_of_a_step_has_tried_it(project: Project) -> None:
    """What is killed notes nothing: the try was counted before."""
    order = Forgetting.objects.create(
        project_uuid=project.uuid, erasure_uuid=project.uuid, words=["zoe"],
        attempts=forgettings.MAX_ATTEMPTS, next_attempt_at=datetime.now(UTC),
    )  # fmt: skip
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert forgettings.due(later) == [str(order.uuid)]
    assert not forgettings.take_step(str(order.uuid), later)
    order.refresh_from_db()
    assert (order.progress, order.words) == ("failed", ["zoe"])


def test_what_was_given_up_is_tried_again_by_a_command_or_by_staff(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    monkeypatch.setattr(tasks.forget, "delay", tasks.forget)
    first, second, third = (
        Forgetting.objects.create(
            project_uuid=project.uuid, erasure_uuid=project.uuid, words=["zoe"],
            progress="failed", part="drift", attempts=forgettings.MAX_ATTEMPTS, error="ValueError",
        )
        for _ in range(3)
    )  # fmt: skip

    def left() -> list[int]:
        failed = Forgetting.objects.filter(progress="failed").order_by("pk")
        return list(failed.values_list("pk", flat=True))

    call_command("forget_again", uuid=second.uuid)
    assert left() == [first.pk, third.pk]
    with pytest.raises(CommandError, match="no order"):
        call_command("forget_again", uuid=second.uuid)
    tasks.forget_again()
    assert left() == []
    assert set(Forgetting.objects.values_list("progress", "error")) == {("done", "")}


def test_an_order_of_a_project_that_is_gone_is_done(forget: Callable, project: Project) -> None:
    Project.objects.filter(pk=project.pk).delete()
    assert forget(words=["zoe"], endpoints=["x"]).progress == "done"


def test_messages_of_problems_name_them_no_longer(project: Project, forget: Callable) -> None:
    now = datetime.now(UTC)
    for number, message in enumerate(("No cart of zoe@example.com", "No cart of anybody")):
        Problem.objects.create(
            project=project, fingerprint=f"{number}" * 64, kind="client_error", status=404,
            error_message=message, first_seen_at=now, last_seen_at=now,
        )  # fmt: skip
    forget(words=["zoe@example.com"])
    messages = Problem.objects.order_by("pk").values_list("error_message", flat=True)
    assert list(messages) == ["No cart of ***", "No cart of anybody"]


def test_what_checks_anomalies_and_alerts_said_names_them_no_longer(
    project: Project, forget: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming_nobody, "ROWS_A_STEP", 2)
    now, quote = datetime.now(UTC), "`/pets/Zoe-Doe` and shop-7, shop-70"
    seen = {"outcome": "fail", "stage": "run_time", "since": now, "last_seen_at": now}
    rule = AlertRule.objects.create(project=project, name="Mine", metric="new_endpoint")
    for number in range(5):
        endpoint = Endpoint.objects.create(
            project=project, method="GET", template=f"/{number}", template_digest=f"{number}",
            first_seen_at=now,
        )  # fmt: skip
        found = {"project": project, "code": f"check-{number}", "evidence": quote, **seen}
        ProjectCheckResult.objects.create(**found)
        EndpointCheckResult.objects.create(endpoint=endpoint, **found)
        Anomaly.objects.create(
            project=project, kind="attack", severity="low", started_at=now, observed=9, expected=1,
            evidence=f"shop-7: 9 requests; {quote}",
        )  # fmt: skip
        Alert.objects.create(
            project=project, rule=rule, opened_at=now, link="/requests/?q=Zoe%20Doe",
            message=f"A new endpoint: {quote}.",
        )  # fmt: skip
        Problem.objects.create(
            project=project, fingerprint=f"{number}" * 64, kind="exception", error_type="shop-7",
            error_message=quote, first_seen_at=now, last_seen_at=now,
        )  # fmt: skip
    other = Project.objects.create(user=project.user, name="Other")
    theirs = Alert.objects.create(project=other, rule=rule, opened_at=now, message="shop-7")
    before = rows_that_say(r"shop-7\b", r"zoe")
    assert {"alerts", "anomalies", "problems"} < set(before)
    assert {"endpoint_check_results", "project_check_results"} < set(before)
    assert forget(words=["shop-7", "Zoe Doe"]).progress == "done"
    assert rows_that_say(r"shop-7\b", r"zoe") == {"alerts": [theirs.pk]}
    left = Alert.objects.filter(project=project).values_list("message", "link").distinct()
    assert [*left] == [("A new endpoint: `/pets/***` and ***, shop-70.", "/requests/?q=***")]


def rows_that_say(*patterns: str) -> dict[str, list[int]]:
    """Rows of any table in which one of the patterns is found in some column."""
    said = re.compile("|".join(patterns), re.IGNORECASE)
    found: dict[str, list[int]] = {}
    for model in apps.get_app_config("treblle_models").get_models():
        for row in model._default_manager.order_by("pk").values():
            if any(said.search(str(value)) for value in row.values()):
                found.setdefault(model._meta.db_table, []).append(next(iter(row.values())))
    return found


@pytest.mark.django_db(transaction=True)
def test_words_go_where_what_follows_cannot_be_sent(
    project: Project, load: Callable, learn: Callable, forget: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError

    for _ in range(40):
        load([("GET", "/pets/zoe-doe/toys"), ("GET", "/pets/kim/toys"), ("GET", "/orders")])
    learn()
    monkeypatch.setattr(endpoints, "move", lambda *_: True)
    monkeypatch.setattr(celery.current_app, "send_task", fail)
    assert forget(words=["Zoe Doe"]).progress == "done"
    assert "zoe" not in everything_learned(project).lower()


def test_many_endpoints_are_read_and_written_in_as_few_statements_as_one(
    load: Callable, learn: Callable
) -> None:
    def statements(areas: int) -> int:
        load([("GET", f"/{name}/1") for name in AREAS[:areas]], **{"response.code": 200})
        learn()
        load([("GET", f"/{name}/1") for name in AREAS[:areas]], **{"response.code": 200})
        with CaptureQueriesContext(connection) as queries:
            learn()
        return sum("endpoint_schemas" in query["sql"] for query in queries)

    assert statements(1) == statements(len(AREAS))
