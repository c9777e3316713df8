import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_models.models import Plan, Project

pytestmark = pytest.mark.django_db


def test_a_project_is_made_and_its_address_leads_to_it(people, as_user):
    client = as_user(people.stranger)
    answer = client.post("/v1/projects", {"name": " Fresh ", "masked_names": ["iban", "pin"]})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["role"], made["masked_names"]) == ("Fresh", "owner", ["iban", "pin"])
    assert len(made["custom_id"]) == 16
    assert answer["Location"] == f"http://testserver/v1/projects/{made['uuid']}"
    assert client.get(answer["Location"]).json() == made
    assert Project.objects.get(uuid=made["uuid"]).user == people.stranger


def test_only_uuids_name_things(people, as_user):
    project = as_user(people.owner).get(f"/v1/projects/{people.project.uuid}").json()
    assert set(project) == {
        *("uuid", "name", "description", "custom_id", "role"),
        *("masked_names", "masks_emails", "excluded_routes", "sampling_rate", "retention_days"),
        *("first_request_at", "created_at", "updated_at"),
    }


@pytest.mark.parametrize("role", ["owner", "member", "viewer"])
def test_everyone_is_told_their_own_role(role, people, as_user):
    client = as_user(getattr(people, role))
    assert client.get(f"/v1/projects/{people.project.uuid}").json()["role"] == role
    assert [p["role"] for p in client.get("/v1/projects").json()["results"]] == [role]


def test_the_list_holds_what_one_may_see_newest_first(people, as_user):
    Project.objects.create(user=people.owner, name="Later")
    Project.objects.create(user=people.stranger, name="Strange")
    names = [p["name"] for p in as_user(people.owner).get("/v1/projects").json()["results"]]
    assert names == ["Later", "Shop"]
    assert as_user(people.invited).get("/v1/projects").json() == {
        "next": None,
        "previous": None,
        "results": [],
    }


def test_a_change_touches_only_the_fields_given(people, as_user):
    path = f"/v1/projects/{people.project.uuid}"
    changed = as_user(people.member).patch(path, {"name": "Store"}).json()
    assert (changed["name"], changed["masked_names"]) == ("Store", ["iban"])
    assert changed["updated_at"] > changed["created_at"]
    as_user(people.owner).patch(path, {"masked_names": []})
    people.project.refresh_from_db()
    assert (people.project.name, people.project.masked_names) == ("Store", [])


def test_what_only_the_system_sets_is_not_taken_from_outside(people, as_user):
    path = f"/v1/projects/{people.project.uuid}"
    before = as_user(people.owner).get(path).json()
    given = {"uuid": str(people.owner.uuid), "custom_id": "x" * 16, "role": "viewer", "user": 1}
    after = as_user(people.owner).patch(path, given).json()
    assert {name: after[name] for name in given if name in after} == {
        name: before[name] for name in given if name in before
    }


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": "  "}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": "x" * 256}, {"name"}),
        ({"name": "x", "masked_names": "iban"}, {"masked_names"}),
        ({"name": "x", "masked_names": ["iban", {}, ""]}, {"masked_names.1", "masked_names.2"}),
        ({"name": "x", "masked_names": ["a"] * 101}, {"masked_names"}),
    ],
)
def test_what_is_wrong_with_a_project_is_said_by_field(body, fields, people, as_user):
    answer = as_user(people.owner).post("/v1/projects", body)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == fields


def test_a_uuid_is_read_in_upper_case_too(people, as_user):
    path = f"/v1/projects/{str(people.project.uuid).upper()}"
    assert as_user(people.owner).get(path).json()["uuid"] == str(people.project.uuid)


def test_the_list_costs_as_many_queries_for_fifty_as_for_one(people, as_user):
    client = as_user(people.owner)
    client.get("/v1/me")
    counts = []
    for more in (0, 49):
        for index in range(more):
            Project.objects.create(user=people.owner, name=f"Project {index}")
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/v1/projects").json()["results"]) == more + 1
        counts.append(len(queries))
    assert counts == [2, 2]


def test_a_plan_holds_so_many_projects_and_those_that_are_there_stay(people, as_user):
    owner = as_user(people.owner)
    assert (
        owner.post("/v1/projects", {"name": "Without plans nothing is limited"}).status_code == 201
    )
    Plan.objects.create(code="free", name="Free", max_projects=3)
    assert owner.post("/v1/projects", {"name": "Third"}).status_code == 201
    Plan.objects.update(max_projects=1)
    refused = owner.post("/v1/projects", {"name": "Fourth"})
    assert (refused.status_code, refused.json()["code"]) == (403, "plan_is_full")
    assert len(owner.get("/v1/projects").json()["results"]) == 3
    assert as_user(people.stranger).post("/v1/projects", {"name": "Mine"}).status_code == 201


def test_a_plan_without_a_subscription_bounds_the_team_too(people, as_user):
    Plan.objects.create(code="free", name="Free", max_members=3)
    path = f"/v1/projects/{people.project.uuid}/invitations"
    refused = as_user(people.owner).post(path, {"email": "new@example.com", "role": "viewer"})
    assert refused.status_code == 400
    assert "up to 3" in refused.json()["errors"]["email"][0]


def test_keys_are_those_that_its_sdk_sends_and_the_members_own(people, as_user):
    path = f"/v1/projects/{people.project.uuid}/keys"
    for person in (people.owner, people.member):
        client = as_user(person)
        answer = client.get(path)
        assert answer["Cache-Control"] == "no-store"
        assert answer.json() == {
            "custom_id": people.project.custom_id,
            "api_key": person.api_key,
            "previous_expires_at": None,
        }
    rotated = client.post("/v1/me/api-key/rotate", {"grace_hours": 1}).json()
    assert client.get(path).json() == {"custom_id": people.project.custom_id} | rotated
    assert as_user(people.viewer).get(path).status_code == 403
