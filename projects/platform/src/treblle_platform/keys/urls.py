from django.urls import path

from treblle_platform.keys import views

app_name = "keys"
urlpatterns = [
    path("", views.keys, name="page"),
    path("rotate/", views.rotate, name="rotate"),
    path("tokens/new/", views.token_new, name="token_new"),
    path("tokens/revoke/", views.token_revoke, name="token_revoke"),
]
