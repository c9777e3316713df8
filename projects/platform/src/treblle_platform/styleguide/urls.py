from django.urls import path

from treblle_platform.styleguide import views

urlpatterns = [path("", views.styleguide, name="styleguide")]
