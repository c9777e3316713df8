from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from treblle_platform.access import ProjectRequest
from treblle_platform.moments import parse_moment
from treblle_platform.traces.queries import WITHIN, trace_of

USUAL = "15m"


@require_safe
def trace_page(request: ProjectRequest, trace_id: str) -> HttpResponse:
    """Looked for around `at` (now), as far as `within` says. What may not be seen is left out."""
    try:
        around = parse_moment(request.GET["at"])
    except (KeyError, ValueError):
        around = timezone.now()
    key = request.GET.get("within", USUAL)
    within = WITHIN.get(key, WITHIN[USUAL])
    context = {
        "trace_id": trace_id,
        "trace": trace_of(request.user, trace_id, around, within),
        "around": around,
        "within": key if key in WITHIN else USUAL,
        "choices": list(WITHIN),
    }
    return render(request, "traces/page.html", context)
