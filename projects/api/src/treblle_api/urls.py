"""Every address of the API."""

from django.urls import include, path, register_converter
from django.urls.converters import UUIDConverter


class AnyCaseUUIDConverter(UUIDConverter):
    """RFC 9562 reads both cases, and some platforms print upper case."""

    regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


register_converter(AnyCaseUUIDConverter, "any_case_uuid")

SUBJECTS = (
    *("accounts", "me", "tokens", "projects", "members", "requests", "endpoints", "drift"),
    *("incidents", "quality", "security", "customers", "analytics", "collections"),
    *("alerts", "devices", "stream"),
)

urlpatterns = [
    path("v1/", include("treblle_api.document.urls")),
    *(path("v1/", include(f"treblle_api.{subject}.urls")) for subject in SUBJECTS),
]

handler400 = "treblle_api.problems.bad_request"
handler404 = "treblle_api.problems.not_found"
handler500 = "treblle_api.problems.server_error"
