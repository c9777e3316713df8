from django.urls import path

from treblle_platform.team import views

app_name = "team"
urlpatterns = [
    path("", views.members, name="members"),
    path("invite/", views.invite, name="invite"),
    path("leave/", views.leave, name="leave"),
    path("<uuid:member_uuid>/role/", views.change_role, name="change_role"),
    path("<uuid:member_uuid>/again/", views.invite_again, name="invite_again"),
    path("<uuid:member_uuid>/remove/", views.remove, name="remove"),
]
