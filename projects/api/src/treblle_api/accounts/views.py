"""Logging in and out, and the sessions that come of it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.cache import patch_cache_control
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import AccessToken

from treblle_api import access
from treblle_api.accounts import operations, sessions
from treblle_api.accounts.serializers import (
    ChallengeAnswerSerializer,
    ChallengeSerializer,
    LoginSerializer,
    RefreshSerializer,
    SessionSerializer,
    SessionTokensSerializer,
)
from treblle_api.audit import record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource


class Anyone(Resource):
    """For who has no token yet. Answers hold tokens: nobody keeps them."""

    answers_hold_secrets = True
    authentication_classes = ()
    permission_classes = ()

    def secret(self, data: Any, code: int) -> Response:
        response = Response(data, status=code)
        patch_cache_control(response, no_store=True)
        return response


class Login(Anyone):
    @operation(
        "auth_login",
        "Log in",
        "A session for an email address and its password: a token, and a refresh token for the"
        " next. An account with a second factor gets 202 and a challenge instead: send it with a"
        " code to `/v1/auth/login/code`. Failed attempts are limited by address and by email;"
        " over the limit the answer is 429 with `Retry-After`.",
        takes=LoginSerializer,
        gives={201: SessionTokensSerializer, 202: ChallengeSerializer},
    )
    def post(self, request: Request) -> Response:
        login = LoginSerializer(data=request.data)
        login.is_valid(raise_exception=True)
        begun = operations.log_in(**login.validated_data, caller=caller_of(request))
        if isinstance(begun, operations.Challenge):
            return self.secret(ChallengeSerializer(begun).data, status.HTTP_202_ACCEPTED)
        return self.secret(SessionTokensSerializer(begun).data, status.HTTP_201_CREATED)


class LoginCode(Anyone):
    @operation(
        "auth_login_code",
        "Give the second factor",
        "The code of an authenticator app or a recovery code, with the challenge of a login."
        " Wrong codes are limited as wrong passwords are.",
        takes=ChallengeAnswerSerializer,
        gives={201: SessionTokensSerializer},
    )
    def post(self, request: Request) -> Response:
        given = ChallengeAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        begun = operations.answer_challenge(**given.validated_data, caller=caller_of(request))
        return self.secret(SessionTokensSerializer(begun).data, status.HTTP_201_CREATED)


class Refresh(Anyone):
    @operation(
        "auth_refresh",
        "Renew a session",
        "A new token and a new refresh token; the ones before are no longer good. A refresh token"
        " that comes twice may be stolen: it ends the session.",
        takes=RefreshSerializer,
        gives=SessionTokensSerializer,
    )
    def post(self, request: Request) -> Response:
        given = RefreshSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        renewed = sessions.refresh(given.validated_data["refresh_token"], caller_of(request))
        return self.secret(SessionTokensSerializer(renewed).data, status.HTTP_200_OK)


class Logout(Resource):
    methods_to_read = Resource.methods_to_read | {"POST"}

    @operation(
        "auth_logout",
        "Log out",
        "Ends the token this is asked with, and its session.",
        takes=None,
        gives={204: None},
    )
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, AccessToken):
            request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Sessions(Listing):
    row_class = SessionSerializer
    pagination_class = NewestFirst
    queryset = AccessToken.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[AccessToken]:
        return sessions.sessions_of(access.caller(self.request))

    @operation("auth_sessions_list", "List sessions", "Logins of apps that can still be renewed.")
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @operation(
        "auth_sessions_end_others",
        "End all other sessions",
        "All but the one this is asked with.",
        takes=None,
        gives={204: None},
    )
    def delete(self, request: Request) -> Response:
        token: Any = request.auth
        sessions.sessions_of(access.caller(request)).exclude(pk=token.pk).delete()
        record(request, "sessions.ended")
        return Response(status=status.HTTP_204_NO_CONTENT)


class OneSession(Resource):
    @operation("auth_sessions_end", "End a session", takes=None, gives={204: None})
    def delete(self, request: Request, session_uuid: UUID) -> Response:
        mine = sessions.sessions_of(access.caller(request))
        session = access.found(mine.filter(uuid=session_uuid))
        record(request, "session.ended", session)
        session.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def caller_of(request: Request) -> sessions.Caller:
    meta = request.META
    return sessions.Caller(meta.get("REMOTE_ADDR", ""), meta.get("HTTP_USER_AGENT", ""))
