from django.urls import path

from treblle_api.drift.views import Changes, DocumentAsJson, DocumentAsYaml, Documents
from treblle_api.projects.urls import PROJECT

urlpatterns = [
    path(f"{PROJECT}/documents", Documents.as_view(), name="documents"),
    path(f"{PROJECT}/openapi.json", DocumentAsJson.as_view(), name="document-json"),
    path(f"{PROJECT}/openapi.yaml", DocumentAsYaml.as_view(), name="document-yaml"),
    path(f"{PROJECT}/changes", Changes.as_view(), name="changes"),
]
