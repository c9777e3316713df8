from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import Project
from treblle_models.uploads import SameAgain

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.audit import record
from treblle_platform.docs import queries
from treblle_platform.docs.forms import UploadForm
from treblle_platform.docs.operations import set_visibility, upload_document
from treblle_platform.lists import Choice, Listing, search_text


@require_safe
@reads_project
def docs_home(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.VERSION_COLUMNS, "-made")
    sources = queries.Source.choices
    source = Choice.of(request.GET, "source", "Source", sources, any_label="Made and uploaded")
    page = queries.version_page(project, listing, source.value)
    address = reverse("reference:page", kwargs={"project_uuid": project.uuid})
    newest = queries.newest_of(project)
    context = {
        "project": project,
        "newest": newest,
        "differences": queries.difference_count(project, newest.upload),
        "changes": queries.newest_changes(project),
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [source],
        "is_filtered": bool(source.value),
        "address": request.build_absolute_uri(address),
    }
    return render(request, "docs/home.html", context)


@require_safe
@reads_project
def change_list(request: ProjectRequest, project: Project) -> HttpResponse:
    listing = Listing(request.GET, queries.CHANGE_COLUMNS, "-seen")
    breaks = Choice.of(request.GET, "breaking", "Breaking", queries.BREAKS, any_label="All changes")
    text = search_text(request.GET)
    source = Choice.of(
        request.GET, "source", "What", queries.DIFFERENCES, any_label="Between versions"
    )
    page = queries.change_page(
        project, listing, source.value or queries.Source.TRAFFIC, breaks.value, text
    )
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [source, breaks],
        "search": text,
        "is_filtered": bool(source.value or breaks.value or text),
    }
    return render(request, "docs/changes_page.html", context)


@writes_project
@require_http_methods(["GET", "HEAD", "POST"])
def document_upload(request: ProjectRequest, project: Project) -> HttpResponse:
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        try:
            document = upload_document(
                project=project, user=request.user, content=form.cleaned_data["content"]
            )
        except SameAgain:
            messages.warning(request, "It is the same as the newest version; nothing was changed.")
        else:
            changes = {"version": document.version}
            record(request, "document.uploaded", document, project=project, changes=changes)
            messages.success(request, f"Version {document.version} of your document is in use.")
        return redirect("docs:home", project_uuid=project.uuid)
    context = {"project": project, "form": form}
    return render(request, "docs/upload.html", context, status=400 if is_sent else 200)


@writes_project
@require_POST
def docs_visibility(request: ProjectRequest, project: Project) -> HttpResponse:
    public = request.POST.get("public") == "yes"
    set_visibility(project=project, public=public)
    record(request, "docs.opened" if public else "docs.closed", project, project=project)
    if public:
        messages.success(request, "The docs are public: whoever has their address reads them.")
    else:
        messages.success(request, "The docs are private: only people of this project read them.")
    return redirect("docs:home", project_uuid=project.uuid)
