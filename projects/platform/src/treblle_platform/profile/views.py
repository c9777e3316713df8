"""Pages about oneself."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from treblle_platform.access import ProjectRequest
from treblle_platform.accounts.sealing import unseal
from treblle_platform.audit import differences, record
from treblle_platform.front_end import THEME_COOKIE
from treblle_platform.profile import operations, queries
from treblle_platform.profile.forms import MailForm, ProfileForm

YEAR_S = 365 * 24 * 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ProjectRequest) -> HttpResponse:
    user = request.user
    before = {
        "name": user.name,
        "time_zone": user.time_zone,
        "theme": user.preferences.get(operations.THEME, ""),
    }
    form = ProfileForm(request.POST or None, initial=before)
    if form.is_valid():
        operations.save_profile(user, **form.cleaned_data)
        record(request, "profile.changed", user, changes=differences(before, form.cleaned_data))
        messages.success(request, "Saved.")
        answer = redirect("profile:page")
        return with_theme(answer, form.cleaned_data["theme"])
    status = 400 if form.is_bound else 200
    return render(request, "profile/profile.html", {"form": form}, status=status)


def with_theme(answer: HttpResponse, theme: str) -> HttpResponse:
    """The cookie decides what is painted; empty leaves it to the system."""
    if theme:
        answer.set_cookie(THEME_COOKIE, theme, max_age=YEAR_S, samesite="Lax")
    else:
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


@require_safe
def security(request: ProjectRequest) -> HttpResponse:
    context = {
        "sessions": queries.sessions(request.user, request.session.session_key),
        "app_logins": queries.app_logins(request.user),
        "factors": queries.second_factors(request.user),
    }
    return render(request, "profile/security.html", context)


@require_POST
def end_session(request: ProjectRequest) -> HttpResponse:
    """One browser by its `reference`, or with `others` all but this one."""
    if "others" in request.POST:
        ended = operations.end_other_sessions(request.user, request.session.session_key)
        record(request, "sessions.ended", changes={"sessions": ended})
        messages.success(request, "Logged out everywhere else.")
        return redirect("profile:security")
    try:
        pk = int(unseal(request.POST.get("reference", "")))
    except ValueError:
        raise Http404 from None
    if not operations.end_session(request.user, pk):
        raise Http404
    record(request, "session.ended")
    messages.success(request, "That browser is logged out.")
    return redirect("profile:security")


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: ProjectRequest) -> HttpResponse:
    before = queries.mail_preferences(request.user)
    form = (
        MailForm(request.POST, initial=before)
        if request.method == "POST"
        else MailForm(initial=before)
    )
    if form.is_valid():
        operations.save_mail_preferences(request.user, form.cleaned_data)
        record(request, "mail.chosen", request.user, changes=differences(before, form.cleaned_data))
        messages.success(request, "Saved.")
        return redirect("profile:mail")
    return render(request, "profile/mail.html", {"form": form})
