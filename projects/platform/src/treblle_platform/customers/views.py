import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from treblle_models.models import Customer, Project

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.audit import record
from treblle_platform.customers import queries
from treblle_platform.customers.forms import NameForm
from treblle_platform.customers.operations import name_customer
from treblle_platform.lists import Listing, search_text
from treblle_platform.periods import PERIODS, period_of


@require_safe
@reads_project
def customer_list(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    text = search_text(request.GET)
    period = period_of(request.GET)
    now = timezone.now()
    page = queries.customer_page(project, listing, text, period, now)
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "search": text,
        "is_filtered": bool(text),
        "period": period,
        "periods": PERIODS,
        "since": period.start(now),
    }
    return render(request, "customers/list.html", context)


@require_safe
@reads_project
def customer_detail(request: ProjectRequest, project: Project, customer_uuid: UUID) -> HttpResponse:
    customer = _customer(project, customer_uuid)
    return _page(request, project, customer, NameForm(initial={"name": customer.name}))


@writes_project
@require_POST
def customer_name(request: ProjectRequest, project: Project, customer_uuid: UUID) -> HttpResponse:
    customer = _customer(project, customer_uuid)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, project, customer, form, status=400)
    name_customer(customer=customer, name=form.cleaned_data["name"])
    record(request, "customer.named", customer, project=project)
    messages.success(request, "The name was changed.")
    return redirect("customers:detail", project_uuid=project.uuid, customer_uuid=customer.uuid)


def _page(
    request: ProjectRequest, project: Project, customer: Customer, form: NameForm, status: int = 200
) -> HttpResponse:
    period = period_of(request.GET)
    now = timezone.now()
    view = queries.customer_view(project, customer, period, now)
    context = {
        "project": project,
        "customer": customer,
        "view": view,
        "series": json.dumps(view.figures.series(), separators=(",", ":")),
        "form": form,
        "period": period,
        "periods": PERIODS,
        "since": period.start(now),
    }
    return render(request, "customers/detail.html", context, status=status)


def _customer(project: Project, uuid: UUID) -> Customer:
    customer = queries.customer_of(project, uuid)
    if customer is None:
        raise Http404
    return customer
