"""The billing page, the ways to Stripe, and what Stripe tells us."""

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Plan

from treblle_platform.access import ProjectRequest
from treblle_platform.audit import record
from treblle_platform.billing import events, gateway
from treblle_platform.billing.queries import billing_of

logger = logging.getLogger(__name__)

MAX_EVENT_BYTES = 1_000_000


@require_safe
@never_cache
def page(request: ProjectRequest) -> HttpResponse:
    if request.GET.get("paid"):
        messages.success(request, "Thank you. The plan holds as soon as Stripe confirms it.")
        return redirect("billing:page")
    context = {"billing": billing_of(request.user, timezone.now())}
    return render(request, "billing/page.html", context)


@require_POST
def checkout(request: ProjectRequest) -> HttpResponse:
    """To the page at Stripe where the plan is paid for; who pays already goes to the portal."""
    plan = Plan.objects.filter(code=request.POST.get("plan", ""), is_public=True).first()
    if plan is None:
        raise Http404
    if billing_of(request.user, timezone.now()).is_paying:
        return portal(request)
    if not plan.stripe_price_id:
        messages.error(request, f"{plan.name} cannot be bought here yet. Please write to us.")
        return redirect("billing:page")
    try:
        url = gateway.checkout_url(request.user, plan, back=_back())
    except gateway.PaymentsUnavailable as refusal:
        messages.error(request, str(refusal))
        return redirect("billing:page")
    record(request, "checkout.begun", changes={"plan": plan.code})
    return redirect(url)


@require_POST
def portal(request: ProjectRequest) -> HttpResponse:
    subscription = getattr(request.user, "subscription", None)
    if subscription is None or not subscription.stripe_customer_id:
        messages.info(request, "There is nothing to manage yet: you have not bought a plan.")
        return redirect("billing:page")
    try:
        url = gateway.portal_url(subscription.stripe_customer_id, back=_back())
    except gateway.PaymentsUnavailable as refusal:
        messages.error(request, str(refusal))
        return redirect("billing:page")
    return redirect(url)


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 once an event is taken, or was before; anything else makes Stripe send it again."""
    if not gateway.is_set_up():
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_EVENT_BYTES:
        return HttpResponse("too large\n", status=413)
    try:
        event = gateway.verified_event(request.body, request.headers.get("Stripe-Signature", ""))
    except ValueError as problem:
        logger.warning("a webhook was refused: %s", problem)
        return HttpResponse("the signature is not Stripe's\n", status=400)
    try:
        is_new = events.take(event)
    except events.UnknownPrice as price:
        logger.error("price %s belongs to no plan: `manage.py seed_plans --price …`", price)
        return HttpResponse(f"price {price} belongs to no plan\n", status=503)
    return HttpResponse("taken\n" if is_new else "taken before\n")


def _back() -> str:
    return f"{settings.PLATFORM_URL}{reverse('billing:page')}"
