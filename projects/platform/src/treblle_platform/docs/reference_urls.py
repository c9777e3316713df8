"""The docs themselves, on a URL of their own: for readers with or without an account."""

from django.urls import path

from treblle_platform.docs import reference

app_name = "reference"
urlpatterns = [
    path("", reference.reference_page, name="page"),
    path("openapi.json", reference.document_as_json, name="json"),
    path("openapi.yaml", reference.document_as_yaml, name="yaml"),
]
