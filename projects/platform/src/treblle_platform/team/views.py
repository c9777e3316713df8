"""The people of a project, and the page an invitation leads to."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import Project, ProjectMember

from treblle_platform.access import ProjectRequest, owns_project, reads_project
from treblle_platform.audit import record
from treblle_platform.rate_limit import is_allowed
from treblle_platform.team import operations
from treblle_platform.team.forms import InvitationForm, RoleForm

INVITATIONS_AN_HOUR = 30
HOUR_S = 3600


@require_safe
@reads_project
def members(request: ProjectRequest, project: Project) -> HttpResponse:
    return _page(request, project, InvitationForm())


@require_POST
@owns_project
def invite(request: ProjectRequest, project: Project) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, project, form, status=400)
    if not is_allowed("invitation", request.user.pk, times=INVITATIONS_AN_HOUR, per_s=HOUR_S):
        form.add_error(None, "That were many invitations: wait an hour, please.")
        return _page(request, project, form, status=429)
    try:
        member = operations.invite(
            project, inviter=request.user, now=timezone.now(), **form.cleaned_data
        )
    except operations.InvitationRefused as refusal:
        form.add_error("email", str(refusal))
        return _page(request, project, form, status=400)
    record(request, "member.invited", member, project=project, changes=form.cleaned_data)
    messages.success(request, f"An invitation is on its way to {member.email}.")
    return redirect("team:members", project_uuid=project.uuid)


@require_POST
@owns_project
def invite_again(request: ProjectRequest, project: Project, member_uuid: UUID) -> HttpResponse:
    member = _member(project, member_uuid)
    if operations.send_invitation(member, inviter=request.user, now=timezone.now()):
        messages.success(request, f"Another invitation is on its way to {member.email}.")
    else:
        messages.info(request, f"{member.email} was written to within this hour.")
    return redirect("team:members", project_uuid=project.uuid)


@require_POST
@owns_project
def change_role(request: ProjectRequest, project: Project, member_uuid: UUID) -> HttpResponse:
    member, form = _member(project, member_uuid), RoleForm(request.POST)
    if form.is_valid() and form.cleaned_data["role"] != member.role:
        changes = {"role": [member.role, form.cleaned_data["role"]], "email": member.email}
        member.role = form.cleaned_data["role"]
        member.save(update_fields=["role", "updated_at"])
        record(request, "member.role_changed", member, project=project, changes=changes)
        messages.success(request, f"{member.email} is a {member.get_role_display().lower()} now.")
    return redirect("team:members", project_uuid=project.uuid)


@require_POST
@owns_project
def remove(request: ProjectRequest, project: Project, member_uuid: UUID) -> HttpResponse:
    member = _member(project, member_uuid)
    record(request, "member.removed", member, project=project, changes={"email": member.email})
    member.delete()
    messages.success(request, f"{member.email} is no longer in the team.")
    return redirect("team:members", project_uuid=project.uuid)


@require_POST
@reads_project
def leave(request: ProjectRequest, project: Project) -> HttpResponse:
    member = project.members.filter(user=request.user).first()
    if member is None:
        raise Http404
    record(request, "member.left", member, project=project, changes={"email": member.email})
    member.delete()
    messages.success(request, f"You have left {project.name}.")
    return redirect("projects:list")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: ProjectRequest, token: str) -> HttpResponse:
    """For whom the mail was written to: another account is told so, and learns no more."""
    member = operations.invited_by(token)
    if member is None:
        return render(request, "team/invitation.html", {"state": "gone"}, status=404)
    if member.email != request.user.email:
        return render(request, "team/invitation.html", {"state": "another", "email": member.email})
    if member.status == ProjectMember.Status.ACTIVE:
        return redirect("dashboard:page", project_uuid=member.project.uuid)
    if request.method == "POST":
        operations.accept(member, request.user, timezone.now())
        record(request, "member.joined", member, project=member.project)
        messages.success(request, f"Welcome to {member.project.name}.")
        return redirect("dashboard:page", project_uuid=member.project.uuid)
    return render(request, "team/invitation.html", {"state": "open", "member": member})


def _page(
    request: ProjectRequest, project: Project, form: InvitationForm, status: int = 200
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "is_owner": project.user_id == request.user.pk,
        "members": project.members.select_related("user").order_by("status", "email"),
        "roles": ProjectMember.Role.choices,
    }
    return render(request, "team/members.html", context, status=status)


def _member(project: Project, uuid: UUID) -> ProjectMember:
    member = project.members.select_related("project").filter(uuid=uuid).first()
    if member is None:
        raise Http404
    return member
