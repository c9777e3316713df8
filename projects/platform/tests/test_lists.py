"""Every list: sorted and paged by what the URL says, each row once, whatever comes meanwhile."""

from datetime import timedelta

import pytest
from django.http import Http404, QueryDict
from django.utils import timezone
from treblle_models.identity import uuid7
from treblle_models.models import Problem
from treblle_platform.lists import Choice, Column, Listing

COLUMNS = (
    Column("Times", key="times", field="occurrences", falls=True),
    Column("Last seen", key="seen", field="last_seen_at", falls=True),
    Column("Endpoint"),
)


def listing(query="", default="-times"):
    return Listing(QueryDict(query), COLUMNS, default)


@pytest.fixture
def problems(project):
    now = timezone.now()
    return [
        Problem.objects.create(
            project=project,
            fingerprint=f"{number:064}",
            kind="exception",
            first_seen_at=now,
            last_seen_at=now - timedelta(minutes=number),
            # Many have the same number: then the uuid decides.
            occurrences=number // 5,
        )
        for number in range(23)
    ]


def all_pages(query, rows, size=5):
    found, page_query = [], query
    while True:
        asked = listing(page_query)
        page = asked.page_of(rows, size)
        found += page.rows
        if not page.after:
            return found
        page_query = asked.next_href(page).removeprefix("?")


@pytest.mark.parametrize("sort", ["times", "-times", "seen", "-seen"])
def test_pages_together_are_the_whole_list_in_order(problems, sort):
    name = {"times": "occurrences", "seen": "last_seen_at"}[sort.removeprefix("-")]
    falls = sort.startswith("-")
    found = all_pages(f"sort={sort}", Problem.objects.all())
    wanted = sorted(problems, key=lambda each: (getattr(each, name), each.uuid), reverse=falls)
    assert [each.uuid for each in found] == [each.uuid for each in wanted]


def test_what_comes_meanwhile_neither_repeats_nor_hides_a_row(problems, project):
    first = listing("sort=-times").page_of(Problem.objects.all(), 5)
    Problem.objects.create(
        project=project,
        fingerprint="n" * 64,
        kind="slow",
        first_seen_at=timezone.now(),
        last_seen_at=timezone.now(),
        occurrences=99,
    )
    rest = all_pages(f"sort=-times&after={first.after}", Problem.objects.all())
    assert {each.pk for each in [*first.rows, *rest]} == {each.pk for each in problems}


@pytest.mark.parametrize("falls", [True, False])
def test_what_is_at_hand_is_paged_the_same_and_nothing_sorts_lowest(falls):
    items = [(value, uuid7()) for value in (3.5, None, 1.0, 3.5, None, 2.0, 9.0)]
    query, found = f"sort={'-' if falls else ''}times", []
    while query:
        asked = listing(query)
        page = asked.page_among(items, lambda i: i[0], lambda i: i[1], size=2)
        found += page.rows
        query = asked.next_href(page).removeprefix("?")
    assert sorted(found, key=str) == sorted(items, key=str)
    values = [value for value, _ in found]
    assert values == sorted(values, key=lambda v: -1 if v is None else v, reverse=falls)


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WzEsMl0", "e30", "a" * 3000])
def test_a_link_that_was_tampered_with_leads_nowhere(cursor):
    with pytest.raises(Http404):
        listing(f"after={cursor}")


def test_a_cursor_of_another_column_leads_nowhere(problems):
    page = listing("sort=-times").page_of(Problem.objects.all(), 5)
    with pytest.raises(Http404):
        listing(f"sort=-seen&after={page.after}").page_of(Problem.objects.all(), 5)


def test_a_heading_sorts_the_other_way_and_keeps_the_filters():
    times, seen, plain = listing("sort=-times&q=x&after=").headings()
    assert (times.aria, seen.aria, plain.href) == ("descending", "none", "")
    assert "sort=times" in times.href
    assert "q=x" in seen.href
    assert "after" not in seen.href


def test_a_choice_nobody_knows_is_none_and_a_default_can_be_taken_away():
    options = (("open", "Open"), ("resolved", "Resolved"))

    def chosen(query):
        return Choice.of(QueryDict(query), "state", "State", options, default="open").value

    assert [chosen(q) for q in ("", "state=resolved", "state=any", "state=x")] == [
        "open",
        "resolved",
        "",
        "",
    ]
