"""A token opens what its user may, until it expires; the database holds only its digest."""

from datetime import timedelta

import pytest
from django.utils import timezone
from treblle_models.models import AccessToken, User


def test_an_issued_token_is_found_with_its_user(owner: User, django_assert_num_queries) -> None:
    row, token = AccessToken.issue(owner, "phone")
    with django_assert_num_queries(1):
        found = AccessToken.objects.find(token)
        assert found == row
        assert found.user.email == owner.email


def test_a_token_is_read_only_unless_more_is_asked_for(owner: User) -> None:
    assert AccessToken.issue(owner, "phone")[0].scope == "read"
    assert AccessToken.issue(owner, "script", scope="write")[0].scope == "write"


def test_the_token_itself_is_not_in_the_database(owner: User) -> None:
    row, token = AccessToken.issue(owner, "phone")
    stored = AccessToken.objects.filter(pk=row.pk).values().get()
    assert token not in str(stored)
    assert token.removeprefix("trb_") not in str(stored)


@pytest.mark.parametrize(("seconds", "is_found"), [(60, True), (0, False), (-60, False)])
def test_a_token_ends_when_it_expires(owner: User, seconds: int, is_found: bool) -> None:
    expires_at = timezone.now() + timedelta(seconds=seconds)
    _, token = AccessToken.issue(owner, "phone", expires_at=expires_at)
    assert (AccessToken.objects.find(token) is not None) is is_found


def test_the_token_of_a_user_who_may_not_log_in_opens_nothing(owner: User) -> None:
    _, token = AccessToken.issue(owner, "phone")
    owner.is_active = False
    owner.save()
    assert AccessToken.objects.find(token) is None


@pytest.mark.parametrize("token", ["", "trb_", "trb_wrong", "\0", "ü" * 500])
@pytest.mark.django_db
def test_what_is_no_token_opens_nothing(token: str) -> None:
    assert AccessToken.objects.find(token) is None


def test_a_token_in_other_case_is_another_token(owner: User) -> None:
    _, token = AccessToken.issue(owner, "phone")
    assert AccessToken.objects.find(token.swapcase()) is None
