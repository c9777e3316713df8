from django.urls import path

from treblle_platform.problems import views

app_name = "problems"
urlpatterns = [
    path("", views.problem_list, name="list"),
    path("change/", views.problems_change, name="change"),
    path("<uuid:problem_uuid>/", views.problem_detail, name="detail"),
    path("<uuid:problem_uuid>/assign/", views.problem_assign, name="assign"),
]
