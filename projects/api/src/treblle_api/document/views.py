"""The document itself, for anyone; made once a process."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from treblle_api.resource import Resource

# The viewer writes styles and pictures of its own into the page; scripts are files of ours only.
VIEWER_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@cache
def document() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@extend_schema(exclude=True)
class OpenApiJson(Resource):
    authentication_classes = ()
    permission_classes = ()
    renderer_classes: Sequence[type[BaseRenderer]] = (OpenApiJsonRenderer2, OpenApiJsonRenderer)

    def get(self, request: Request) -> Response:
        return Response(document())


@extend_schema(exclude=True)
class OpenApiYaml(OpenApiJson):
    renderer_classes = (OpenApiYamlRenderer2, OpenApiYamlRenderer)


class Viewer(SpectacularSwaggerSplitView):
    """Swagger UI, from the package and not from anywhere else: read it, and try it with a token."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "openapi-json"
    title = "Treblle API"

    def options(self, request: HttpRequest | Request, *args: Any, **kwargs: Any) -> Any:
        response = HttpResponse(status=204)
        del response["Content-Type"]
        return response

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        finalized = super().finalize_response(request, response, *args, **kwargs)
        finalized["Content-Security-Policy"] = VIEWER_POLICY
        return finalized
