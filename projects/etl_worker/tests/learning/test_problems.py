"""Problems follow what people say of endpoints: counts, state and link stay through rename and merge."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from treblle_etl.learning import published, rounds
from treblle_etl.transform.problems import earlier_fingerprint_of, failure_of
from treblle_models import corrections
from treblle_models.models import Endpoint, Problem, ProblemHour, Project, Request, User


@pytest.fixture
def fail(load) -> Callable[..., None]:
    """`fail("/users/7", 2)`: so many requests that the API could not answer."""

    def fail(path: str, times: int = 1, message: str = "out of chairs") -> None:
        changes = {"response.code": 500, "response.body": {"message": message}}
        load([("GET", path)] * times, **changes)

    return fail


def counted() -> dict[str, int]:
    """Occurrences of problems that are none other, by where they are; three ways of counting agree."""
    found = {}
    for problem in Problem.objects.filter(merged_into=None).select_related("endpoint"):
        assert Request.objects.filter(problem=problem).count() == problem.occurrences
        hours = ProblemHour.objects.filter(problem=problem).values_list("occurrences", flat=True)
        assert sum(hours) == problem.occurrences
        found[str(problem.endpoint)] = problem.occurrences
    return found


def test_a_rename_keeps_the_problem(project: Project, fail):
    fail("/users/7", 2)
    before = Problem.objects.get()
    Problem.objects.update(state="ignored")
    corrections.change(Endpoint.objects.get(), template="/users/{name}")
    fail("/users/8")
    assert rounds.follow(project)
    fail("/users/9")
    after = Problem.objects.get()
    assert (after.uuid, after.state) == (before.uuid, "ignored")
    assert counted() == {"GET /users/{name}": 4}


def test_a_rename_of_a_framework_s_route_keeps_endpoint_and_problem(
    project: Project, payload, put_raw, pipeline
):
    made = payload(**{"data.response.code": 500})
    pipeline.process([put_raw(made)])
    corrections.change(Endpoint.objects.get(), template="/users/{user_id}")
    pipeline._settings.clear()
    pipeline.process([put_raw(made)])
    assert counted() == {"POST /users/{user_id}": 2}
    assert Endpoint.objects.count() == 1


def test_another_route_of_the_same_form_keeps_its_own_names(
    project: Project, payload, put_raw, pipeline
):
    both = [payload(**{"data.request.route_path": f"users/{{{name}}}"}) for name in ("pk", "slug")]
    pipeline.process([put_raw(*both)])
    corrections.change(Endpoint.objects.get(template="/users/{pk}"), template="/users/{number}")
    pipeline._settings.clear()
    pipeline.process([put_raw(*both)])
    assert sorted(Endpoint.objects.values_list("template", flat=True)) == [
        "/users/{number}",
        "/users/{slug}",
    ]


def test_a_merge_keeps_the_problem_that_people_dealt_with(project: Project, fail):
    person = User.objects.get(pk=project.user_id)
    fail("/rooms/attic", 3)
    fail("/rooms/cellar", 2)
    cellar = Problem.objects.get(endpoint__template="/rooms/cellar")
    Problem.objects.filter(pk=cellar.pk).update(assignee=person)
    rooms = list(Endpoint.objects.order_by("pk"))
    corrections.merge(rooms, template="/rooms/{room}")
    # A worker that has heard of it is quicker than history.
    fail("/rooms/loft")
    for _ in range(2):
        assert rounds.follow(project)
        assert counted() == {"GET /rooms/{room}": 6}
        kept = Problem.objects.get(merged_into=None)
        assert (kept.uuid, kept.assignee, kept.state) == (cellar.uuid, person, "open")
        others = Problem.objects.exclude(pk=kept.pk)
        assert {each.merged_into_id for each in others} == {kept.pk}
        assert {each.occurrences for each in others} == {0}
    fail("/rooms/attic")
    assert counted() == {"GET /rooms/{room}": 7}


def test_what_a_late_worker_counts_goes_to_the_problem_that_is_left(
    project: Project, fail, pipeline
):
    fail("/rooms/attic")
    fail("/rooms/cellar")
    late = dict(pipeline._settings)
    published.endpoints.forget()
    corrections.merge(list(Endpoint.objects.all()), template="/rooms/{room}")
    rounds.follow(project)
    pipeline._settings.update(late)
    fail("/rooms/cellar")
    rounds.follow(project)
    assert counted() == {"GET /rooms/{room}": 3}


def test_one_that_was_resolved_is_open_again_where_the_other_occurred_later(project: Project, fail):
    fail("/rooms/attic")
    fail("/rooms/cellar")
    attic = Problem.objects.get(endpoint__template="/rooms/attic")
    before = attic.last_seen_at - timedelta(hours=1)
    Problem.objects.filter(pk=attic.pk).update(state="resolved", resolved_at=before)
    corrections.merge(list(Endpoint.objects.all()), template="/rooms/{room}")
    rounds.follow(project)
    attic.refresh_from_db()
    assert (attic.state, attic.merged_into, attic.occurrences) == ("open", None, 2)
    assert attic.regressed_at is not None


def test_different_failures_stay_two_problems(project: Project, fail):
    fail("/rooms/attic", message="no light")
    fail("/rooms/cellar", message="no air")
    corrections.merge(list(Endpoint.objects.all()), template="/rooms/{room}")
    rounds.follow(project)
    assert sorted(Problem.objects.values_list("error_message", "occurrences", "merged_into")) == [
        ("no air", 1, None),
        ("no light", 1, None),
    ]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("out of chairs", id="short"),
        # Of the row's 255 characters fewer are left than of the whole message.
        pytest.param("chair 1234567890 is out " * 30, id="long"),
    ],
)
@pytest.mark.parametrize("is_renamed", [False, True])
def test_problems_of_an_earlier_release_go_on(
    project: Project, fail, make_event, is_renamed, message
):
    fail("/users/7", message=message)
    problem = Problem.objects.get()
    body = {"data.response.code": 500, "data.response.body": {"message": message}}
    failure = failure_of(make_event(**body))
    assert failure is not None
    problem.fingerprint = earlier_fingerprint_of(failure, "GET", "/users/{user_id}")
    problem.first_seen_at = datetime(2026, 1, 1, tzinfo=UTC)
    problem.save()
    if is_renamed:
        corrections.change(Endpoint.objects.get(), template="/users/{name}")
        rounds.follow(project)
    fail("/users/8", message=message)
    assert Problem.objects.get().pk == problem.pk
    assert len(counted()) == 1
    assert Problem.objects.get().occurrences == 2
