from django.urls import path

from treblle_platform.onboarding import views

app_name = "onboarding"
urlpatterns = [
    path("", views.setup, name="setup"),
    path("framework/", views.framework, name="framework"),
    path("test/", views.test_request, name="test"),
]
