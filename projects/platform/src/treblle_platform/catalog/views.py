from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import Project

from treblle_platform.access import ProjectRequest, reads_project, writes_project
from treblle_platform.audit import record
from treblle_platform.catalog import queries
from treblle_platform.catalog.forms import EntryForm
from treblle_platform.catalog.operations import describe_project, follow_project
from treblle_platform.lists import Choice, Listing, search_text


@require_safe
def catalog_list(request: ProjectRequest) -> HttpResponse:
    listing = Listing(request.GET, queries.COLUMNS, queries.DEFAULT_SORT)
    rows = queries.catalog_rows(request.user, timezone.now())
    categories = [(name, name) for name in queries.categories_of(rows)]
    tags = [(name, name) for name in queries.all_tags_of(rows)]
    category = Choice.of(request.GET, "category", "Category", categories, any_label="Any category")
    tag = Choice.of(request.GET, "tag", "Tag", tags, any_label="Any tag")
    shown = Choice.of(request.GET, "show", "Show", queries.SHOWN, any_label="All APIs")
    filters = queries.CatalogFilters(
        search_text(request.GET), category.value, tag.value, shown.value
    )
    page = queries.catalog_page(rows, listing, filters)
    context = {
        "listing": listing,
        "page": page,
        "next_href": listing.next_href(page),
        "choices": [category, tag, shown],
        "search": filters.text,
        "is_filtered": filters != queries.CatalogFilters(),
    }
    return render(request, "catalog/list.html", context)


@writes_project
@require_http_methods(["GET", "HEAD", "POST"])
def catalog_entry(request: ProjectRequest, project: Project) -> HttpResponse:
    """What the catalog says of the API, to be changed."""
    form = EntryForm(request.POST) if request.method == "POST" else EntryForm.of(project)
    if form.is_bound and form.is_valid():
        describe_project(project=project, **form.cleaned_data)
        record(request, "project.described", project, project=project, changes=form.cleaned_data)
        messages.success(request, f"The catalog now says so of {project.name}.")
        return redirect("catalog:list")
    rows = queries.catalog_rows(request.user, timezone.now())
    context = {"project": project, "form": form, "categories": queries.categories_of(rows)}
    return render(request, "catalog/entry.html", context, status=400 if form.is_bound else 200)


@reads_project
@require_POST
def catalog_follow(request: ProjectRequest, project: Project) -> HttpResponse:
    follow_project(project=project, user=request.user, follows=request.POST.get("follow") == "yes")
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect("catalog:list")
