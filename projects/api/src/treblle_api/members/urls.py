from django.urls import path

from treblle_api.members import views
from treblle_api.projects.urls import PROJECT

MEMBERS = f"{PROJECT}/members"
SENT = f"{PROJECT}/invitations"
RECEIVED = "invitations"

urlpatterns = [
    path(MEMBERS, views.Members.as_view(), name="members"),
    path(f"{MEMBERS}/<any_case_uuid:member_uuid>", views.OneMember.as_view(), name="member"),
    path(SENT, views.Invitations.as_view(), name="project-invitations"),
    path(
        f"{SENT}/<any_case_uuid:invitation_uuid>",
        views.OneInvitation.as_view(),
        name="project-invitation",
    ),
    path(RECEIVED, views.ReceivedInvitations.as_view(), name="invitations"),
    path(
        f"{RECEIVED}/<any_case_uuid:invitation_uuid>",
        views.OneReceivedInvitation.as_view(),
        name="invitation",
    ),
    path(
        f"{RECEIVED}/<any_case_uuid:invitation_uuid>/accept",
        views.Acceptance.as_view(),
        name="acceptance",
    ),
]
