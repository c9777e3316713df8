from django.urls import path

from treblle_api.me.views import AccountErasure, ApiKey, ApiKeyRotation, Me

urlpatterns = [
    path("me", Me.as_view(), name="me"),
    path("me/api-key", ApiKey.as_view(), name="api-key"),
    path("me/api-key/rotate", ApiKeyRotation.as_view(), name="api-key-rotation"),
    path("me/erasure", AccountErasure.as_view(), name="account-erasure"),
]
