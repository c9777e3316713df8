"""Export and erasing. All of it is for owners, and asks for the password anew."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import Erasure, Export, Progress, Project

from treblle_platform.access import ProjectRequest, owns_project
from treblle_platform.audit import HIDDEN, record
from treblle_platform.privacy import export, operations, receipts
from treblle_platform.privacy.forms import ConfirmationForm, CustomerForm
from treblle_platform.privacy.zip_stream import in_threads, zip_chunks

MAX_SHOWN = 50


@require_safe
def data(request: ProjectRequest) -> HttpResponse:
    exports = Export.objects.filter(user=request.user, format=Export.Format.ACCOUNT)
    context = {
        "exports": exports.order_by("-created_at")[:MAX_SHOWN],
        "owned": Project.objects.filter(user=request.user).count(),
    }
    return render(request, "privacy/data.html", context)


@require_POST
@reauthentication_required
def export_order(request: ProjectRequest) -> HttpResponse:
    made = export.order(request.user)
    record(request, "account.exported", made)
    messages.success(request, "Your data is being gathered. It will be here for seven days.")
    return redirect("privacy:data")


@require_safe
@reauthentication_required
def export_download(request: ProjectRequest, export_uuid: UUID) -> HttpResponseBase:
    found = Export.objects.filter(
        user=request.user, uuid=export_uuid, progress=Progress.DONE, format=Export.Format.ACCOUNT
    ).first()
    if found is None:
        raise Http404
    chunks = zip_chunks(export.zip_entries(found))
    is_async = isinstance(request, ASGIRequest)
    answer = StreamingHttpResponse(in_threads(chunks) if is_async else chunks)
    answer["Content-Type"] = "application/zip"
    name = f"treblle-{found.created_at:%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def delete_account(request: ProjectRequest) -> HttpResponse:
    form = ConfirmationForm(
        request.POST or None, wanted=request.user.email, label="Type your email address"
    )
    if not form.is_valid():
        projects = Project.objects.filter(user=request.user)
        context = {"form": form, "projects": projects}
        status = 400 if form.is_bound else 200
        return render(request, "privacy/delete_account.html", context, status=status)
    user = request.user
    logout(request)
    operations.order_account(user)
    return redirect("account_login")


@require_http_methods(["GET", "HEAD", "POST"])
@owns_project
def erase_customer(request: ProjectRequest, project: Project) -> HttpResponse:
    form = CustomerForm(request.POST or None)
    if form.is_valid():
        erasure = operations.order_customer(project, request.user, form.cleaned_data["external_id"])
        # Not the id: the log outlives what is erased.
        record(request, "customer.erased", erasure, project=project, changes={"id": HIDDEN})
        return redirect(
            "project_settings:receipt", project_uuid=project.uuid, erasure_uuid=erasure.uuid
        )
    orders = receipts.with_forgetting(Erasure.objects.filter(project_uuid=project.uuid))
    context = {
        "project": project,
        "form": form,
        "orders": orders.order_by("-created_at")[:MAX_SHOWN],
    }
    status = 400 if form.is_bound else 200
    return render(request, "privacy/erase.html", context, status=status)


@require_safe
@owns_project
def receipt(request: ProjectRequest, project: Project, erasure_uuid: UUID) -> HttpResponse:
    order = _order(project, erasure_uuid)
    context = {"project": project, "order": order, "learned": receipts.learned(order)}
    return render(request, "privacy/receipt.html", context)


@require_safe
@owns_project
def receipt_json(request: ProjectRequest, project: Project, erasure_uuid: UUID) -> HttpResponse:
    """What can be handed to whoever asked for the erasure."""
    order = _order(project, erasure_uuid)
    if order.progress != Progress.DONE:
        raise Http404
    shown = {
        "erasure": str(order.uuid),
        "subject": order.subject,
        "project": str(order.project_uuid),
        "ordered_at": order.created_at,
        "started_at": order.started_at,
        "finished_at": order.finished_at,
        **order.receipt,
    }
    if (learned := receipts.learned(order)) is not None:
        shown["learned_words"] = learned.word
        shown["learned_words_forgotten_at"] = learned.forgotten_at
    answer = JsonResponse(shown, json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="erasure-{order.uuid}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@owns_project
@reauthentication_required
def delete_project(request: ProjectRequest, project: Project) -> HttpResponse:
    form = ConfirmationForm(
        request.POST or None, wanted=project.name, label="Type the project's name"
    )
    if form.is_valid():
        name = project.name
        record(request, "project.deleted", project, changes={"name": name})
        operations.order_project(project, request.user)
        messages.success(request, f"{name} is deleted. Its data is being erased.")
        return redirect("projects:list")
    context = {"project": project, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "privacy/delete_project.html", context, status=status)


def _order(project: Project, uuid: UUID) -> Erasure:
    order = Erasure.objects.filter(project_uuid=project.uuid, uuid=uuid).first()
    if order is None:
        raise Http404
    return order
