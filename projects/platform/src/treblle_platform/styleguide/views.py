from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from treblle_platform.access import ProjectRequest


@require_safe
def styleguide(request: ProjectRequest) -> HttpResponse:
    """For staff; others do not learn that it exists."""
    if not request.user.is_staff:
        raise Http404
    return render(
        request, "styleguide/page.html", {"spark": [3, 9, 4, 12, 7, 0, 5, 14, 9, 6, 11, 8]}
    )
