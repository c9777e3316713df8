from django.urls import path

from treblle_api.accounts.views import (
    Login,
    LoginCode,
    Logout,
    OneSession,
    Refresh,
    Sessions,
)

SESSIONS = "auth/sessions"

urlpatterns = [
    path("auth/login", Login.as_view(), name="login"),
    path("auth/login/code", LoginCode.as_view(), name="login-code"),
    path("auth/refresh", Refresh.as_view(), name="refresh"),
    path("auth/logout", Logout.as_view(), name="logout"),
    path(SESSIONS, Sessions.as_view(), name="sessions"),
    path(f"{SESSIONS}/<any_case_uuid:session_uuid>", OneSession.as_view(), name="session"),
]
