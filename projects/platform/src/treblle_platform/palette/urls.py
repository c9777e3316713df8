from django.urls import path

from treblle_platform.palette import views

urlpatterns = [path("", views.search, name="search")]
