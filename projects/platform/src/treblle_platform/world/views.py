from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from treblle_platform.world.atlas import svg

WEEK_S = 7 * 24 * 3600


@login_not_required
@require_safe
@cache_control(public=True, max_age=WEEK_S)
def world_map(request: HttpRequest) -> HttpResponse:
    return HttpResponse(svg(), content_type="image/svg+xml")
