from django.urls import path

from treblle_platform.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.data, name="data"),
    path("exports/", views.export_order, name="export_order"),
    path("exports/<uuid:export_uuid>/", views.export_download, name="export_download"),
    path("delete/", views.delete_account, name="delete_account"),
]
