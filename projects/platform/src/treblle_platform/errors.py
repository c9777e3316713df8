"""What is shown instead of a page: not understood, not allowed, not found, gone wrong."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without context: it may be refused before there is a session."""
    return HttpResponse(render(None, "400.html").content, status=400)


@login_not_required
def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token (against forgery by other sites) is not the browser's."""
    return render(request, "csrf.html", status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Without context: what broke may be what the context is made with."""
    return HttpResponse(render(None, "500.html").content, status=500)
