"""Erasing in a project: part of its settings."""

from django.urls import path

from treblle_platform.privacy import views

urlpatterns = [
    path("erase/", views.erase_customer, name="erase"),
    path("erase/project/", views.delete_project, name="delete_project"),
    path("erase/<uuid:erasure_uuid>/", views.receipt, name="receipt"),
    path("erase/<uuid:erasure_uuid>/receipt.json", views.receipt_json, name="receipt_json"),
]
