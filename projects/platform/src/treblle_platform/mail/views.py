"""Leaving a kind of mail, and the mailbox of the demo."""

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from treblle_platform.access import ProjectRequest
from treblle_platform.mail import folder
from treblle_platform.mail.unsubscribing import read_token, set_wanted

# A mail's own styles and pictures, and nothing it could reach or run.
POLICY_OF_A_MAIL = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A POST does it at once, for mail programs do so by themselves (RFC 8058); a GET asks, for
    scanners of mails follow links. No CSRF token: the link itself is what allows it.
    """
    found = read_token(token)
    if found is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        set_wanted(user, kind, request.POST.get("again") == "1")
    context = {
        "email": user.email,
        "kind": kind.label,
        "is_done": request.method == "POST",
        "is_wanted": request.POST.get("again") == "1",
    }
    return render(request, "mail/unsubscribe.html", context)


@require_safe
def mailbox(request: ProjectRequest) -> HttpResponse:
    return render(request, "mail/mailbox.html", {"mails": _shown()})


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # of a view with arguments, too
def message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "mail/message.html", {"mail": _find(name), "mails": _shown()})


@require_safe
@csp_replace(POLICY_OF_A_MAIL)  # type: ignore[arg-type]  # as above
@xframe_options_sameorigin
def message_html(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_find(name).html)


def _shown() -> list[folder.StoredMail]:
    """Other people's mail lies here: only where the operator says so is it a page."""
    if not settings.MAILBOX_IS_SHOWN:
        raise Http404
    return folder.stored_mails()


def _find(name: str) -> folder.StoredMail:
    mail = next((mail for mail in _shown() if mail.name == name), None)
    if mail is None:
        raise Http404
    return mail
