"""Ending the account."""

from django.db import transaction
from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from treblle_models.models import AccessToken, Erasure, User

from treblle_api.accounts import second_factor
from treblle_api.accounts.operations import check_code, checked_user
from treblle_api.erasing import order


@sensitive_variables("password")
def confirm(user: User, *, password: str, code: str, address: str) -> None:
    """That it is the user, before what cannot be undone. Raises `ValidationError` by field."""
    try:
        checked_user(email=user.email, password=password, address=address)
    except AuthenticationFailed:
        raise ValidationError({"password": ["This is not the password."]}) from None
    if second_factor.methods_of(user) is None:
        return
    try:
        check_code(user, code, address=address)
    except AuthenticationFailed as error:
        raise ValidationError({"code": [str(error.detail)]}) from None


@transaction.atomic
def end_account(user: User) -> Erasure:
    """Nobody gets in any more when this returns; all that is the user's goes in the background."""
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    AccessToken.objects.filter(user=user).delete()
    return order(Erasure.Subject.ACCOUNT, user)
