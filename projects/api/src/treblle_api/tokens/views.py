"""Personal tokens, for scripts."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.cache import patch_cache_control
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import AccessToken

from treblle_api import access
from treblle_api.accounts.serializers import AccessTokenSerializer
from treblle_api.audit import record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource
from treblle_api.tokens.operations import issue_token
from treblle_api.tokens.serializers import IssuedTokenSerializer, NewTokenSerializer


class Tokens(Listing):
    row_class = AccessTokenSerializer
    pagination_class = NewestFirst
    queryset = AccessToken.objects.none()
    answers_hold_secrets = True

    def rows(self, filters: dict[str, Any]) -> QuerySet[AccessToken]:
        return personal_tokens(self.request)

    @operation("tokens_list", "List personal tokens", "Without the tokens themselves.")
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @operation(
        "tokens_create",
        "Make a personal token",
        "The token itself is shown this once.",
        takes=NewTokenSerializer,
        gives={201: IssuedTokenSerializer},
    )
    def post(self, request: Request) -> Response:
        given = NewTokenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        token, text = issue_token(access.caller(request), **given.validated_data)
        record(request, "token.issued", token, changes={"name": token.name, "scope": token.scope})
        shown = IssuedTokenSerializer(token, context={"token": text})
        response = Response(shown.data, status=status.HTTP_201_CREATED)
        patch_cache_control(response, no_store=True)
        return response


class OneToken(Resource):
    row_class = AccessTokenSerializer

    @operation("tokens_retrieve", "Show a personal token", gives=AccessTokenSerializer)
    def get(self, request: Request, token_uuid: UUID) -> Response:
        return self.row_shown(
            request, access.found(personal_tokens(request).filter(uuid=token_uuid))
        )

    @operation(
        "tokens_revoke",
        "Revoke a personal token",
        "It ends at once.",
        takes=None,
        gives={204: None},
    )
    def delete(self, request: Request, token_uuid: UUID) -> Response:
        token = access.found(personal_tokens(request).filter(uuid=token_uuid))
        record(request, "token.revoked", token, changes={"name": token.name})
        token.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def personal_tokens(request: Request) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(user=access.caller(request), kind=AccessToken.Kind.PERSONAL)
