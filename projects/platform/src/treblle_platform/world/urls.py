from django.urls import path

from treblle_platform.world import views

urlpatterns = [path("world.svg", views.world_map, name="world")]
