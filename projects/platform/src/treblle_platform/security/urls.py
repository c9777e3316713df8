from django.urls import path

from treblle_platform.security import views

app_name = "security"
urlpatterns = [
    path("", views.security_page, name="page"),
    path("anomalies/", views.anomaly_list, name="anomalies"),
]
