"""Logging in, with a second factor where there is one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth import authenticate
from django.core import signing
from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import AuthenticationFailed
from treblle_models.models import User

from treblle_api.accounts import second_factor, sessions
from treblle_api.accounts.attempts import LoginAttempts
from treblle_api.accounts.sessions import Caller, Issued

SALT: Final = "treblle_api.accounts.challenge"
CHALLENGE_HOLDS: Final = timedelta(minutes=5)


class WrongCredentials(AuthenticationFailed):
    """The same, word for word, whether the account exists or not."""

    default_detail = "Email address and password do not belong together."
    default_code = "wrong_credentials"


class WrongCode(AuthenticationFailed):
    default_detail = "This code is not right, or no longer."
    default_code = "wrong_code"


class InvalidChallenge(AuthenticationFailed):
    default_detail = "The challenge is unknown or has expired: log in again."
    default_code = "invalid_challenge"


@dataclass(frozen=True)
class Challenge:
    """The password was right; a code is wanted with it, soon."""

    challenge: str
    methods: list[str]


@sensitive_variables("password")
def log_in(
    *, email: str, password: str, name: str, scope: str, caller: Caller
) -> Issued | Challenge:
    """A session for whoever knows the password, or the challenge for a second factor.

    Django hashes a password for unknown accounts too, so the time tells nothing either.
    Raises `WrongCredentials`, `SecondFactorUnavailable`, and what `LoginAttempts.take` raises.
    """
    user = checked_user(email=email, password=password, address=caller.address)
    methods = second_factor.methods_of(user)
    if methods is None:
        return sessions.begin(user, name=name, scope=scope, caller=caller)
    wanted = {"user": str(user.uuid), "name": name, "scope": scope}
    return Challenge(signing.dumps(wanted, salt=SALT), methods)


@sensitive_variables("password")
def checked_user(*, email: str, password: str, address: str) -> User:
    """Whose password that is. Raises `WrongCredentials`, and what `LoginAttempts.take` raises."""
    attempts = LoginAttempts(address=address, email=email)
    attempts.take()
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    attempts.give_back()
    return user


def answer_challenge(*, challenge: str, code: str, caller: Caller) -> Issued:
    """Raises `InvalidChallenge`, `WrongCode`, and what `LoginAttempts.take` raises."""
    try:
        wanted: dict[str, Any] = signing.loads(challenge, salt=SALT, max_age=CHALLENGE_HOLDS)
    except signing.BadSignature:
        raise InvalidChallenge from None
    user = User.objects.filter(uuid=wanted["user"], is_active=True).first()
    if user is None:
        raise InvalidChallenge
    check_code(user, code, address=caller.address)
    return sessions.begin(user, name=wanted["name"], scope=wanted["scope"], caller=caller)


def check_code(user: User, code: str, *, address: str) -> None:
    """Wrong codes are counted as wrong passwords are. Raises `WrongCode`."""
    attempts = LoginAttempts(address=address, email=user.email)
    attempts.take()
    if not second_factor.is_right(user, code):
        raise WrongCode
    attempts.give_back()
