"""The user: profile, account key, and the end of the account."""

from datetime import timedelta

from django.utils import timezone
from django.utils.cache import patch_cache_control
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models import account_keys

from treblle_api.access import caller
from treblle_api.accounts.serializers import MeSerializer
from treblle_api.audit import differences, record
from treblle_api.document.operations import operation
from treblle_api.me.operations import confirm, end_account
from treblle_api.me.serializers import (
    ApiKeySerializer,
    ConfirmationSerializer,
    ErasureSerializer,
    MeInputSerializer,
    RotationSerializer,
)
from treblle_api.resource import Resource


class Me(Resource):
    row_class = MeSerializer

    @operation(
        "me_retrieve",
        "Who I am",
        "The user whose token this is asked with, and the token itself in outline.",
        gives=MeSerializer,
    )
    def get(self, request: Request) -> Response:
        return self._me(request)

    @operation(
        "me_update",
        "Change my profile",
        "Only the fields given change.",
        takes=MeInputSerializer,
        gives=MeSerializer,
    )
    def patch(self, request: Request) -> Response:
        user = caller(request)
        given = MeInputSerializer(user, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = differences(user, given.validated_data)
        given.save()
        record(request, "profile.changed", user, changes=changes)
        return self._me(request)

    def _me(self, request: Request) -> Response:
        user = caller(request)
        user.token = request.auth  # type: ignore[attr-defined]
        return self.shown(request, MeSerializer(user).data)


class ApiKey(Resource):
    """Whoever has the key can send requests: a token that may only read does not get it."""

    methods_to_read = frozenset({"HEAD", "OPTIONS"})
    row_class = ApiKeySerializer

    @operation(
        "me_api_key_retrieve",
        "Show the account key",
        "What SDKs send along. Needs a token that may write.",
        gives=ApiKeySerializer,
    )
    def get(self, request: Request) -> Response:
        response = self.row_shown(request, caller(request))
        patch_cache_control(response, no_store=True)
        return response


class ApiKeyRotation(Resource):
    answers_hold_secrets = True

    @operation(
        "me_api_key_rotate",
        "Rotate the account key",
        "A new key at once; the one in use works until its grace ends.",
        takes=RotationSerializer,
        gives=ApiKeySerializer,
    )
    def post(self, request: Request) -> Response:
        given = RotationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = caller(request)
        grace = timedelta(hours=given.validated_data["grace_hours"])
        account_keys.rotate(user, grace=grace, now=timezone.now())
        record(request, "key.rotated", user, changes=dict(given.validated_data))
        response = Response(ApiKeySerializer(user).data)
        patch_cache_control(response, no_store=True)
        return response


class AccountErasure(Resource):
    @operation(
        "me_erase",
        "Delete my account",
        "For good: the account, its projects and all their data. Every token ends at once; data is"
        " erased in the background. The password is asked for anew, and a code where the account"
        " has a second factor.",
        takes=ConfirmationSerializer,
        gives={202: ErasureSerializer},
    )
    def post(self, request: Request) -> Response:
        given = ConfirmationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = caller(request)
        password, code = given.validated_data["password"], given.validated_data.get("code", "")
        confirm(user, password=password, code=code, address=request.META.get("REMOTE_ADDR", ""))
        return Response(ErasureSerializer(end_account(user)).data, status=status.HTTP_202_ACCEPTED)
