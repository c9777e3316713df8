from django.urls import path

from treblle_platform.dashboard import views

app_name = "dashboard"
urlpatterns = [path("", views.dashboard_page, name="page")]
