"""Problems: found again, filtered, resolved, ignored, assigned; one that came back says so."""

from datetime import timedelta

import pytest
from django.utils import timezone
from treblle_models.models import Problem, ProblemCustomer, ProblemHour


@pytest.fixture
def url(project):
    return f"/projects/{project.uuid}/problems/"


@pytest.fixture
def add_problem(project):
    def add(number, **fields):
        now = timezone.now()
        usual = {"kind": "server_error", "first_seen_at": now, "last_seen_at": now}
        return Problem.objects.create(
            project=project, fingerprint=f"{number:064}", **usual | fields
        )

    return add


def shown(client, url, query=""):
    rows = client.get(f"{url}?{query}").context["page"].rows
    return {row.problem.error_type for row in rows}


def test_open_ones_are_shown_unless_others_are_asked_for(owner, url, add_problem):
    add_problem(1, error_type="Open")
    add_problem(2, error_type="Done", state="resolved")
    add_problem(3, error_type="Noise", state="ignored", kind="client_error")
    add_problem(4, error_type="Again", regressed_at=timezone.now())
    assert shown(owner, url) == {"Open", "Again"}
    assert shown(owner, url, "state=came-back") == {"Again"}
    assert shown(owner, url, "state=resolved") == {"Done"}
    assert shown(owner, url, "state=any") == {"Open", "Done", "Noise", "Again"}
    assert shown(owner, url, "state=any&kind=client_error") == {"Noise"}
    assert shown(owner, url, "q=AGA") == {"Again"}


def test_the_list_says_how_often_and_whom_it_touched(owner, project, url, problem, customer):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for bucket, number in (
        (hour, 3),
        (hour - timedelta(hours=23), 2),
        (hour - timedelta(days=3), 9),
    ):
        ProblemHour.objects.create(
            project=project, problem=problem, bucket=bucket, occurrences=number
        )
    ProblemCustomer.objects.create(
        project=project, problem=problem, customer=customer, occurrences=5, last_seen_at=hour
    )
    [row] = owner.get(url).context["page"].rows
    assert (row.customers, row.hourly[-1], row.hourly[0], sum(row.hourly)) == (1, 3, 2, 5)
    page = owner.get(f"{url}{problem.uuid}/?range=30d").content.decode()
    assert "14 in all" in page
    assert "shop-7" in page
    assert f"/requests/?problem={problem.uuid}" in page


def test_resolved_it_leaves_the_list_and_can_be_opened_again(owner, url, problem):
    change = {"problem": str(problem.uuid), "next": url}
    owner.post(f"{url}change/", change | {"change": "resolve"})
    problem.refresh_from_db()
    assert problem.state == "resolved"
    assert problem.resolved_at is not None
    owner.post(f"{url}change/", change | {"change": "reopen"})
    problem.refresh_from_db()
    assert (problem.state, problem.resolved_at) == ("open", None)


def test_many_are_changed_at_once_and_only_those_picked(owner, url, add_problem):
    first, second, other = (add_problem(n) for n in range(3))
    picked = [str(first.uuid), str(second.uuid)]
    answer = owner.post(f"{url}change/", {"problem": picked, "change": "ignore"}, follow=True)
    assert "2 problems were ignored" in answer.content.decode()
    other.refresh_from_db()
    assert other.state == "open"


def test_what_came_back_says_when(owner, url, problem):
    Problem.objects.filter(pk=problem.pk).update(regressed_at=timezone.now())
    assert "It came back" in owner.get(f"{url}{problem.uuid}/").content.decode()
    assert "Came back</span>" in owner.get(url).content.decode()


def test_it_is_assigned_to_people_of_the_project_only(owner, people, url, problem):
    assign = f"{url}{problem.uuid}/assign/"
    owner.post(assign, {"assignee": str(people.member.uuid)})
    problem.refresh_from_db()
    assert problem.assignee == people.member
    refused = owner.post(assign, {"assignee": str(people.stranger.uuid)}, follow=True)
    assert "not in this project" in refused.content.decode()
    owner.post(assign, {"assignee": ""})
    problem.refresh_from_db()
    assert problem.assignee is None


def test_one_finds_what_is_one_s_own(client, people, url, problem, add_problem):
    add_problem(1, error_type="Other")
    Problem.objects.filter(pk=problem.pk).update(assignee=people.member)
    client.force_login(people.member)
    assert shown(client, url, "assignee=me") == {"KeyError"}
    assert shown(client, url, "assignee=nobody") == {"Other"}


def test_another_project_s_problem_is_not_touched(client, people, problem):
    mine = people.stranger.projects.create(name="Mine")
    client.force_login(people.stranger)
    change = {"problem": str(problem.uuid), "change": "resolve"}
    client.post(f"/projects/{mine.uuid}/problems/change/", change)
    problem.refresh_from_db()
    assert problem.state == "open"


def test_it_leads_back_to_our_own_pages_only(owner, url, problem):
    change = {"problem": str(problem.uuid), "change": "ignore", "next": "https://evil.example/"}
    assert owner.post(f"{url}change/", change)["Location"] == url


def test_a_link_to_one_that_became_part_of_another_leads_to_it(owner, url, add_problem):
    kept = add_problem(1, error_type="Kept")
    gone = add_problem(2, error_type="Gone", state="resolved", merged_into=kept)
    assert owner.get(f"{url}{gone.uuid}/")["Location"] == f"{url}{kept.uuid}/"
    assert shown(owner, url, "state=any") == {"Kept"}
    counts = owner.get(url).context["counts"]
    assert counts == {"open": 1}
