from django.urls import path

from treblle_platform.traces import views

app_name = "traces"
urlpatterns = [path("<path:trace_id>/", views.trace_page, name="page")]
