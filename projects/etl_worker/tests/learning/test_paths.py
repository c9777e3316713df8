"""Requests without a route: a template at once, a better one later, and history follows."""

import random
from collections.abc import Callable

import pytest
from treblle_etl.learning import history, rounds
from treblle_models import corrections
from treblle_models.models import (
    Endpoint,
    EndpointHour,
    PathState,
    Project,
    ProjectDay,
    ProjectHour,
    Request,
)

SLUGS = [
    f"{first}-{second}"
    for first in ("crimson", "silver", "golden", "purple", "quiet", "rapid", "gentle", "misty")
    for second in ("otter", "badger", "marten", "lynx", "puffin", "gecko", "walrus")
]


def templates() -> set[str]:
    return {str(each) for each in Endpoint.objects.filter(merged_into=None)}


def counts() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in EndpointHour.objects.select_related("endpoint"):
        found[str(row.endpoint)] = found.get(str(row.endpoint), 0) + row.requests
    return found


def test_a_new_project_has_templates_at_once(load):
    load([("GET", "/users/123/orders/9f8b2c4d5e6f7a8b9"), ("GET", "/users")])
    assert templates() == {"GET /users/{user_id}/orders/{order_id}", "GET /users"}


def test_noise_makes_no_endpoint_but_a_missing_row_belongs_to_its_endpoint(load, learn):
    load([("GET", "/posts/1")])
    learn()
    load(
        [("GET", "/wp-login.php"), ("GET", "/.env"), ("GET", "/posts/2")], **{"response.code": 404}
    )
    assert templates() == {"GET /posts/{post_id}"}
    assert Request.objects.filter(endpoint=None).count() == 2
    assert Request.objects.filter(endpoint__template="/posts/{post_id}").count() == 2


def test_values_that_were_endpoints_become_one_and_history_follows(
    project: Project, load, learn, template_of
):
    load([("GET", "/posts/crimson-otter"), ("GET", "/posts/silver-lynx")])
    learn()
    old = Endpoint.objects.get(template="/posts/crimson-otter")
    assert old.merged_into is None
    dice = random.Random(1)
    load([("GET", f"/posts/{dice.choice(SLUGS)}") for _ in range(150)])
    load([("GET", f"/posts/{dice.choice(SLUGS)}/comments") for _ in range(150)])
    total = Request.objects.count()
    assert learn().follows
    assert template_of("GET", "/posts/brand-new-thing") == "/posts/{post}"
    assert history.follow(project.pk)
    old.refresh_from_db()
    assert old.merged_into == Endpoint.objects.get(template="/posts/{post}")
    assert templates() == {"GET /posts/{post}", "GET /posts/{post}/comments"}
    assert set(Request.objects.values_list("endpoint__template", flat=True)) == {
        "/posts/{post}",
        "/posts/{post}/comments",
    }
    assert counts() == {"GET /posts/{post}": 152, "GET /posts/{post}/comments": 150}
    assert sum(row.histogram().count for row in EndpointHour.objects.all()) == total
    assert ProjectHour.objects.get().requests == total


@pytest.mark.parametrize("steps", [1, 9, 20, 34, 36])
def test_a_broken_off_run_goes_on_and_a_finished_one_changes_nothing(
    project: Project, load, learn, monkeypatch: pytest.MonkeyPatch, steps
):
    dice = random.Random(2)
    load([("GET", f"/posts/{dice.choice(SLUGS)}") for _ in range(150)])
    learn()
    left = iter(range(steps))

    def step(work: Callable[[], object]) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        work()

    monkeypatch.setattr(history, "step", step)
    with pytest.raises(KeyboardInterrupt):
        history.follow(project.pk)
    monkeypatch.undo()
    for _ in range(2):
        assert history.follow(project.pk)
        assert counts() == {"GET /posts/{post}": 150}
        assert Request.objects.filter(endpoint__template="/posts/{post}").count() == 150


def test_what_a_late_worker_loads_for_a_merged_endpoint_counts_for_the_other(
    project: Project, load, learn, pipeline
):
    dice = random.Random(3)
    load([("GET", f"/posts/{dice.choice(SLUGS)}") for _ in range(150)])
    late = dict(pipeline._settings)
    learn()
    history.follow(project.pk)
    pipeline._settings.update(late)
    load([("GET", f"/posts/{SLUGS[0]}")])
    assert Request.objects.filter(endpoint__template="/posts/{post}").count() == 151


def test_a_route_of_the_framework_is_neither_learned_nor_merged(payload, put_raw, pipeline, learn):
    for name in SLUGS[:30]:
        made = payload(**{"data.request.route_path": f"posts/{name}"})
        pipeline.process([put_raw(made)])
    learn()
    assert len(templates()) == 30


def test_a_run_that_was_overtaken_changes_nothing(
    project: Project, load, learn, monkeypatch: pytest.MonkeyPatch
):
    load([("GET", "/posts/1")])
    learn()
    load([("GET", "/posts/2")])
    before = PathState.objects.get()
    from treblle_etl.learning import project as run
    from treblle_models.corrections import touch

    known: Callable = run.endpoints.live

    def overtaken(project_id: int) -> list[Endpoint]:
        touch(project_id)
        return known(project_id)

    monkeypatch.setattr(run.endpoints, "live", overtaken)
    assert learn().is_lost
    after = PathState.objects.get()
    assert (after.state, after.requests) == (before.state, before.requests)
    monkeypatch.undo()
    assert learn().requests == 1


def test_a_state_of_another_format_is_learned_anew(project: Project, load, learn, template_of):
    PathState.objects.create(project=project, format=99, state=b"?", requests=7)
    assert template_of("GET", "/posts/1") == "/posts/{post_id}"
    load([("GET", "/posts/1")])
    learn()
    assert PathState.objects.get().format != 99


def test_a_project_cannot_fill_the_table_of_endpoints(load, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("treblle_etl.load.endpoints.MAX_ENDPOINTS", 3)
    for word in ("pumps", "valves", "gauges", "pipes", "taps"):
        load([("GET", f"/{word}")])
    assert Endpoint.objects.count() == 3
    assert Request.objects.count() == 5


def test_a_round_visits_the_projects_with_requests(project: Project, load, details_store):
    load([("GET", "/posts/1")])
    assert rounds.learn(details_store) == []
    assert rounds.active is not None
    assert PathState.objects.get().project == project


def test_what_people_ignore_counts_in_no_rollup(load):
    load([("GET", "/health")])
    corrections.ignore(Endpoint.objects.get())
    load([("GET", "/health"), ("GET", "/posts/1")])
    assert counts() == {"GET /health": 1, "GET /posts/{post_id}": 1}
    assert ProjectHour.objects.get().requests == 2
    assert Request.objects.count() == 3


def test_history_of_what_is_ignored_is_taken_out_and_comes_back(project: Project, load):
    load([("GET", "/health")] * 3 + [("GET", "/posts/1")] * 2)
    health = Endpoint.objects.get(template="/health")
    corrections.ignore(health)
    for _ in range(2):
        assert rounds.follow(project)
        assert counts() == {"GET /posts/{post_id}": 2}
        assert ProjectHour.objects.get().requests == ProjectDay.objects.get().requests == 2
    load([("GET", "/health")])
    corrections.heed(health)
    for _ in range(2):
        assert rounds.follow(project)
        assert counts() == {"GET /health": 4, "GET /posts/{post_id}": 2}
        assert ProjectHour.objects.get().requests == ProjectDay.objects.get().requests == 6


def test_an_hour_of_which_rows_are_gone_keeps_its_counts(project: Project, load):
    load([("GET", "/health"), ("GET", "/posts/1")])
    Request.objects.filter(path="/posts/1").delete()
    corrections.ignore(Endpoint.objects.get(template="/health"))
    assert rounds.follow(project)
    assert ProjectHour.objects.get().requests == 2
