"""ETags, and 304 for who has the answer already: on HEAD as on GET, told with what is left."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import get_conditional_response, set_response_etag

from treblle_api.conventions import RESPONSE_HEADERS


class Conditional(ConditionalGetMiddleware):
    """Django's, which leaves out HEAD (RFC 9110, section 9.3.2) and all headers of ours."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        made: HttpResponseBase
        if request.method == "HEAD":
            made = self._head(request, response)
        else:
            made = super().process_response(request, response)
        if made is not response:
            for name in RESPONSE_HEADERS:
                if response.has_header(name):
                    made[name] = response[name]
        return made

    def _head(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or not self.needs_etag(response):
            return response
        # What was made for GET is still there: it is left out when it is sent.
        set_response_etag(response)
        etag = response.get("ETag")
        return get_conditional_response(request, etag=etag, response=response) or response
