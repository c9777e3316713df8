from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from treblle_platform.access import ProjectRequest, staff_only
from treblle_platform.lists import Listing, search_text
from treblle_platform.staff import operations, queries


@staff_only
@require_safe
def pipeline_page(request: ProjectRequest) -> HttpResponse:
    now = timezone.now()
    state, problem = queries.pipeline_state()
    context = {
        "state": state,
        "problem": problem,
        "is_stale": state is not None and queries.is_stale(state, now),
        "reasons": queries.reasons(),
        "forgettings": queries.failed_forgettings(),
        "hours": queries.hours(now),
    }
    return render(request, "staff/page.html", context)


@staff_only
@require_POST
def replay_letters(request: ProjectRequest) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if reason in {each.reason for each in queries.reasons() if each.can_replay}:
        operations.replay(reason=reason, now=timezone.now())
        messages.success(request, f"Dead letters of the reason {reason} are being tried again.")
    else:
        messages.info(request, "There is nothing left to replay.")
    return redirect("staff:page")


@staff_only
@require_POST
def forget_again(request: ProjectRequest) -> HttpResponse:
    operations.forget_again()
    messages.success(request, "What could not be forgotten is being tried again.")
    return redirect("staff:page")


@staff_only
@require_safe
def accounts_page(request: ProjectRequest) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    search = search_text(request.GET)
    rows = list(queries.accounts(timezone.now(), search))
    values = {"account": lambda row: row.user.email, "requests": lambda row: row.requests}
    page = listing.page_among(rows, values[listing.sort.column.key], lambda row: row.user.uuid)
    context = {
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "search": search,
        "choices": [],
        "is_filtered": bool(search),
        "month": timezone.now(),
    }
    return render(request, "staff/accounts.html", context)
