from django.urls import path

from treblle_platform.team import views

app_name = "invitations"
urlpatterns = [path("<str:token>/", views.invitation, name="page")]
