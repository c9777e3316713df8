from django.urls import path

from treblle_platform.agents import views

app_name = "agents"
urlpatterns = [path("", views.agents_page, name="page")]
