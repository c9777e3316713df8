"""What browsers may load: nothing but our own files; the editor, whose pages need more, apart."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

EDITOR_PREFIX = "/cms/"

PUBLIC_DIRECTIVES: dict[str, list[str]] = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
# Wagtail's editor starts its widgets from inline scripts and styles, and shows drafts in frames.
EDITOR_DIRECTIVES: dict[str, list[str]] = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}


def public_policy(blog_url: str) -> dict[str, Any]:
    """For visitors; pictures of posts may come from where the blog is written."""
    if not blog_url:
        return {"DIRECTIVES": PUBLIC_DIRECTIVES}
    address = urlsplit(blog_url)
    pictures = [SELF, f"{address.scheme}://{address.netloc}"]
    return {"DIRECTIVES": PUBLIC_DIRECTIVES | {"img-src": pictures}}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends the public policy; under `EDITOR_PREFIX`, and for drafts shown there, the editor's."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        # Wagtail renders a draft as a request to the page's own public path, marked as a preview.
        is_draft = getattr(request, "is_preview", False)
        if (is_draft or request.path_info.startswith(EDITOR_PREFIX)) and not report_only:
            parts.config = EDITOR_DIRECTIVES
        return parts
