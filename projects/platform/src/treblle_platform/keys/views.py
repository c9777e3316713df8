"""The account key and the tokens of a user."""

from datetime import timedelta
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models import account_keys
from treblle_models.models import AccessToken

from treblle_platform.access import ProjectRequest
from treblle_platform.audit import record
from treblle_platform.keys import operations
from treblle_platform.keys.forms import RotationForm, TokenForm


@require_safe
@never_cache
def keys(request: ProjectRequest) -> HttpResponse:
    now = timezone.now()
    ends = request.user.previous_api_key_expires_at
    context = {
        "rotation": RotationForm(),
        "grace_ends_at": ends if ends and ends > now else None,
        "tokens": AccessToken.objects.filter(
            user=request.user, kind=AccessToken.Kind.PERSONAL
        ).order_by("-created_at", "-pk"),
        "now": now,
    }
    return render(request, "keys/page.html", context)


@require_POST
@reauthentication_required
def rotate(request: ProjectRequest) -> HttpResponse:
    form = RotationForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose how long the old key shall work.")
        return redirect("keys:page")
    grace = timedelta(hours=form.cleaned_data["grace_hours"])
    account_keys.rotate(request.user, grace=grace, now=timezone.now())
    record(request, "key.rotated", request.user, changes=form.cleaned_data)
    messages.success(request, "You have a new account key.")
    return redirect("keys:page")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reauthentication_required
@sensitive_variables("secret")
def token_new(request: ProjectRequest) -> HttpResponse:
    """The token itself is in the answer to the POST, and nowhere else ever."""
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return render(request, "keys/token_new.html", {"form": form}, status=status)
    token, secret = operations.issue_token(request.user, now=timezone.now(), **form.cleaned_data)
    record(request, "token.issued", token, changes=form.cleaned_data)
    return render(request, "keys/token_shown.html", {"token": token, "secret": secret})


@require_POST
def token_revoke(request: ProjectRequest) -> HttpResponse:
    try:
        uuid = UUID(request.POST.get("token", ""))
    except ValueError:
        raise Http404 from None
    token = operations.revoke_token(request.user, uuid)
    if token is None:
        raise Http404
    record(request, "token.revoked", token, changes={"name": token.name})
    messages.success(request, f"{token.name} no longer works.")
    is_app = token.kind == AccessToken.Kind.SESSION
    return redirect("profile:security" if is_app else "keys:page")
