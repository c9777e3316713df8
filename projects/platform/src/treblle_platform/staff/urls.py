from django.urls import path

from treblle_platform.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.pipeline_page, name="page"),
    path("replay/", views.replay_letters, name="replay"),
    path("forget-again/", views.forget_again, name="forget_again"),
    path("accounts/", views.accounts_page, name="accounts"),
]
