"""What people say of endpoints: rows change at once, or a clear word why not."""

from datetime import UTC, datetime

import pytest
from treblle_models import corrections
from treblle_models.corrections import CorrectionRefused, digest_of
from treblle_models.models import Endpoint, PathState, Project, User

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def project(db: None) -> Project:
    owner = User.objects.create_user("owner@shop.example", "x")
    return Project.objects.create(user=owner, name="Shop")


@pytest.fixture
def endpoint(project: Project):
    def make(template: str, method: str = "GET", **values: object) -> Endpoint:
        return Endpoint.objects.create(
            **{
                "project": project,
                "method": method,
                "template": template,
                "template_digest": digest_of(template),
                "source": Endpoint.Source.TRAFFIC,
                "first_seen_at": NOW,
                **values,
            }
        )

    return make


def test_a_merge_makes_one_pinned_endpoint_and_keeps_the_rows(endpoint):
    alice, bob, me = (endpoint(f"/users/{name}") for name in ("alice", "bob", "me"))
    target = corrections.merge([alice, bob], template="/users/{name}")
    assert (target.template, target.is_pinned, target.source) == ("/users/{name}", True, "person")
    assert set(Endpoint.objects.filter(merged_into=target)) == {alice, bob}
    me.refresh_from_db()
    assert me.merged_into is None


def test_what_was_merged_before_goes_along(endpoint):
    a, b, c = (endpoint(f"/users/{name}") for name in "abc")
    first = corrections.merge([a, b], template="/users/{name}")
    corrections.unpin(first)
    second = corrections.merge([first, c], template="/users/{id}")
    assert set(Endpoint.objects.filter(merged_into=second)) == {a, b, c, first}


def test_a_merge_into_one_of_them_keeps_that_one(endpoint):
    alice, user = endpoint("/users/alice"), endpoint("/users/{user}")
    assert corrections.merge([alice, user], template="/users/{user}") == user


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("/people/{name}", "does not match"),
        ("/users/{name}/{x}", "does not match"),
        ("/users/{a b}", "no name for a parameter"),
        ("users/{name}", "starts with /"),
    ],
)
def test_a_merge_that_cannot_be_is_refused(endpoint, template, why):
    pair = [endpoint("/users/alice"), endpoint("/users/bob")]
    with pytest.raises(CorrectionRefused, match=why):
        corrections.merge(pair, template=template)
    assert not Endpoint.objects.exclude(merged_into=None).exists()


def test_endpoints_of_two_methods_or_none_are_not_merged(endpoint):
    with pytest.raises(CorrectionRefused, match="one method"):
        corrections.merge(
            [endpoint("/users/a"), endpoint("/users/b", "POST")], template="/users/{name}"
        )
    with pytest.raises(CorrectionRefused, match="no endpoint"):
        corrections.merge([], template="/users/{name}")


def test_a_name_changes_for_all_methods_and_the_row_stays(endpoint):
    get, post = endpoint("/users/{user_id}"), endpoint("/users/{user_id}", "POST")
    corrections.rename(get, template="/users/{username}")
    post.refresh_from_db()
    assert (get.template, post.template) == ("/users/{username}", "/users/{username}")
    assert get.template_digest == digest_of("/users/{username}")
    assert get.source == Endpoint.Source.PERSON


def test_a_name_that_a_merged_endpoint_had_is_free(endpoint):
    old, new = endpoint("/users/{name}"), endpoint("/users/{user_id}")
    corrections.join(new, [old.pk])
    corrections.rename(new, template="/users/{name}")
    old.refresh_from_db()
    assert (new.template, old.template) == ("/users/{name}", "/users/{user_id}")
    assert old.merged_into == new


@pytest.mark.parametrize("template", ["/boats/{id}", "/users/{id}/x", "/users/{id}{id}"])
def test_only_names_change(endpoint, template):
    with pytest.raises(CorrectionRefused):
        corrections.rename(endpoint("/users/{user_id}"), template=template)


def test_flags_are_told_to_learning_and_a_merged_endpoint_has_none(project, endpoint):
    user = endpoint("/users/{user}")
    corrections.ignore(user)
    assert user.is_ignored
    first = PathState.objects.get(project=project).updated_at
    corrections.heed(user)
    corrections.pin(user)
    assert (user.is_ignored, user.is_pinned) == (False, True)
    assert PathState.objects.get(project=project).updated_at > first
    gone = endpoint("/users/alice", merged_into=user)
    with pytest.raises(CorrectionRefused, match="become part of another"):
        corrections.pin(gone)
