from django.urls import path

from treblle_api.tokens.views import OneToken, Tokens

urlpatterns = [
    path("tokens", Tokens.as_view(), name="tokens"),
    path("tokens/<any_case_uuid:token_uuid>", OneToken.as_view(), name="token"),
]
