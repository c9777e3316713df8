from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import Embed, Project

from treblle_platform.access import ProjectRequest, writes_project
from treblle_platform.audit import record
from treblle_platform.embed import operations
from treblle_platform.embed.forms import EmbedForm
from treblle_platform.embed.queries import embeds_of, recent_customers
from treblle_platform.embed.tokens import sign_token

PREVIEW_FOR = timedelta(minutes=15)


@require_safe
@writes_project
def embed_list(request: ProjectRequest, project: Project) -> HttpResponse:
    context = {"project": project, "embeds": embeds_of(project)}
    return render(request, "embed/list.html", context)


@writes_project
@require_http_methods(["GET", "HEAD", "POST"])
def embed_new(request: ProjectRequest, project: Project) -> HttpResponse:
    form = EmbedForm(request.POST or None)
    if form.is_valid():
        embed = operations.create_embed(project=project, **form.cleaned_data)
        record(request, "embed.made", embed, project=project, changes=form.cleaned_data)
        messages.success(request, "It is made. Put the two snippets into your portal.")
        return redirect("embed:detail", project_uuid=project.uuid, embed_uuid=embed.uuid)
    status = 400 if form.is_bound else 200
    return render(request, "embed/new.html", {"project": project, "form": form}, status=status)


@never_cache
@require_safe
@writes_project
def embed_detail(request: ProjectRequest, project: Project, embed_uuid: UUID) -> HttpResponse:
    embed = _embed(project, embed_uuid)
    return _page(request, project, embed, EmbedForm.of(embed))


@writes_project
@require_POST
def embed_change(request: ProjectRequest, project: Project, embed_uuid: UUID) -> HttpResponse:
    """What the pressed button says: save, switch on and off, rotate the secret, delete."""
    embed = _embed(project, embed_uuid)
    change = request.POST.get("change")
    if change == "save":
        form = EmbedForm(request.POST)
        if not form.is_valid():
            return _page(request, project, embed, form, status=400)
        operations.change_embed(embed=embed, **form.cleaned_data)
        record(request, "embed.changed", embed, project=project, changes=form.cleaned_data)
        messages.success(request, "Saved.")
    elif change in ("on", "off"):
        operations.switch_embed(embed=embed, on=change == "on")
        record(request, f"embed.switched_{change}", embed, project=project)
        messages.success(request, f"It is switched {change}.")
    elif change == "rotate":
        operations.rotate_secret(embed=embed)
        record(request, "embed.secret_rotated", embed, project=project)
        messages.success(request, "There is a new secret; tokens of the old one are refused.")
    elif change == "delete":
        record(request, "embed.deleted", embed, project=project, changes={"name": embed.name})
        operations.delete_embed(embed=embed)
        messages.success(request, f"“{embed.name}” is deleted.")
        return redirect("embed:list", project_uuid=project.uuid)
    return redirect("embed:detail", project_uuid=project.uuid, embed_uuid=embed.uuid)


def _page(
    request: ProjectRequest, project: Project, embed: Embed, form: EmbedForm, status: int = 200
) -> HttpResponse:
    customers = list(recent_customers(project))
    wanted = request.GET.get("customer", "")
    shown = next(
        (c for c in customers if str(c.uuid) == wanted), customers[0] if customers else None
    )
    own_origin = f"{request.scheme}://{request.get_host()}"
    token = ""
    if shown is not None and embed.is_enabled:
        token = sign_token(embed, shown.external_id, timezone.now() + PREVIEW_FOR)
    context = {
        "project": project,
        "embed": embed,
        "form": form,
        "origin": own_origin,
        "socket_origin": own_origin.replace("http", "ws", 1),
        "customers": customers,
        "shown": shown,
        "token": token,
    }
    return render(request, "embed/detail.html", context, status=status)


def _embed(project: Project, uuid: UUID) -> Embed:
    embed = Embed.objects.filter(project=project, uuid=uuid).first()
    if embed is None:
        raise Http404
    return embed
