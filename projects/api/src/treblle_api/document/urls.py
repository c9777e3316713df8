from django.urls import path

from treblle_api.document.views import OpenApiJson, OpenApiYaml, Viewer

urlpatterns = [
    path("openapi.json", OpenApiJson.as_view(), name="openapi-json"),
    path("openapi.yaml", OpenApiYaml.as_view(), name="openapi-yaml"),
    path("docs", Viewer.as_view(), name="document-viewer"),
]
