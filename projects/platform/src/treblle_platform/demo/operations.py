"""Makes the demo account, however often it is asked to."""

from typing import TypedDict

from allauth.account.models import EmailAddress
from django.db import transaction
from treblle_models.models import AccessToken, Project, User

USER_NAME = "Demo"
PROJECT_NAME = "Bookshop API"
TOKEN_NAME = "Demo"  # noqa: S105 (what the token is called)


class DemoAccount(TypedDict):
    """`project_id` is what SDKs call so: the project's `custom_id`."""

    email: str
    api_key: str
    project_id: str
    project_uuid: str
    api_token: str


@transaction.atomic
def make_demo_account(*, email: str, password: str) -> DemoAccount:
    """User, project and keys stay what they are; the password is set and the token replaced."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=USER_NAME)
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    project, _ = Project.objects.get_or_create(user=user, name=PROJECT_NAME)
    AccessToken.objects.filter(user=user, name=TOKEN_NAME).delete()
    _, token = AccessToken.issue(user, TOKEN_NAME, scope=AccessToken.Scope.WRITE)
    return {
        "email": user.email,
        "api_key": user.api_key,
        "project_id": project.custom_id,
        "project_uuid": str(project.uuid),
        "api_token": token,
    }
