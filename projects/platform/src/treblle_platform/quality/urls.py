from django.urls import path

from treblle_platform.quality import views

app_name = "quality"
urlpatterns = [
    path("", views.quality_page, name="page"),
    path("checks/<slug:code>/", views.check_page, name="check"),
    path("checks/<slug:code>/switch/", views.check_switch, name="switch"),
]
