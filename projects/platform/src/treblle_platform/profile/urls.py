from django.urls import path

from treblle_platform.profile import views

app_name = "profile"
urlpatterns = [
    path("", views.profile, name="page"),
    path("security/", views.security, name="security"),
    path("security/sessions/end/", views.end_session, name="end_session"),
    path("mail/", views.mail, name="mail"),
]
