"""`manage.py check_integrity` finds what points nowhere, in every range, and says so by its exit."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from treblle_models.models import Customer, Endpoint, Project, Request, User


def check(**options) -> str:
    output = StringIO()
    call_command("check_integrity", stdout=output, app="treblle_models", **options)
    return output.getvalue()


def test_a_whole_database_passes(make_request, project: Project) -> None:
    make_request()
    assert "all point somewhere" in check()


@pytest.mark.parametrize("range_rows", [1, 2, 3, 100])
def test_orphans_are_found_whatever_the_range(make_request, range_rows: int) -> None:
    requests = [make_request() for _ in range(5)]
    lost = [requests[0].pk, requests[4].pk]
    Request.objects.filter(pk__in=lost).update(endpoint_id=10**9)
    output = StringIO()
    with pytest.raises(CommandError, match="2 foreign keys point nowhere") as error:
        call_command("check_integrity", stdout=output, range_rows=range_rows)
    assert error.value.returncode == 1
    line = f"requests.endpoint_id → endpoints: 2 point nowhere (id {lost[0]}, {lost[1]})"
    assert output.getvalue().splitlines() == [line]


def test_a_project_that_went_past_the_models_leaves_orphans(make_request, project: Project) -> None:
    make_request()
    Project.objects.filter(pk=project.pk)._raw_delete("default")
    with pytest.raises(CommandError, match="1 foreign keys"):
        check(table="requests")


def test_an_empty_reference_is_none(make_request) -> None:
    make_request(endpoint=None)
    assert "all point somewhere" in check(table="requests")


def test_links_between_many_are_looked_at(owner: User) -> None:
    User.groups.through.objects.create(user_id=owner.pk, group_id=10**6)
    with pytest.raises(CommandError, match="1 foreign keys"):
        check(table="users_groups")


@pytest.mark.parametrize("model", [Customer, Endpoint])
def test_what_the_models_delete_leaves_none(model, make_request, project: Project) -> None:
    when = make_request().received_at
    seen = {"project": project, "first_seen_at": when}
    if model is Customer:
        row = Customer.objects.create(**seen, external_id="a", last_seen_at=when)
        make_request(customer=row)
    else:
        row = Endpoint.objects.create(**seen, method="GET", template="/", template_digest="x")
        make_request(endpoint=row)
    row.delete()
    assert "all point somewhere" in check()


@pytest.mark.django_db
def test_a_table_that_is_not_there_is_an_error() -> None:
    with pytest.raises(CommandError, match="no such table"):
        check(table="nothing")
