from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from treblle_models.models import CollectionItem, Request

from treblle_platform.access import (
    ProjectRequest,
    collection_to_read,
    collection_to_write,
    project_to_read,
)
from treblle_platform.collections import operations
from treblle_platform.collections.forms import CollectionForm
from treblle_platform.collections.queries import collections_seen_by, kept_requests


@require_http_methods(["GET", "HEAD", "POST"])
def collection_list(request: ProjectRequest) -> HttpResponse:
    form = CollectionForm(request.POST or None)
    if form.is_valid():
        made = operations.create_collection(user=request.user, **form.cleaned_data)
        return redirect("collections:page", collection_uuid=made.uuid)
    context = {"collections": collections_seen_by(request.user), "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "collections/list.html", context, status=status)


@require_safe
def collection_page(request: ProjectRequest, collection_uuid: UUID) -> HttpResponse:
    collection = collection_to_read(request.user, collection_uuid)
    operations.count_view(collection)
    is_mine = collection.user_id == request.user.pk
    initial = {"name": collection.name, "description": collection.description}
    context = {
        "collection": collection,
        "views": collection.num_views + 1,
        "kept": kept_requests(collection, request.user),
        "is_mine": is_mine,
        "form": CollectionForm(initial=initial) if is_mine else None,
    }
    return render(request, "collections/page.html", context)


@require_POST
def collection_change(request: ProjectRequest, collection_uuid: UUID) -> HttpResponse:
    collection = collection_to_write(request.user, collection_uuid)
    form = CollectionForm(request.POST)
    if form.is_valid():
        operations.change_collection(collection, **form.cleaned_data)
    else:
        messages.error(request, "A collection has a name.")
    return redirect("collections:page", collection_uuid=collection.uuid)


@require_POST
def collection_delete(request: ProjectRequest, collection_uuid: UUID) -> HttpResponse:
    operations.delete_collection(collection_to_write(request.user, collection_uuid))
    messages.success(request, "The collection is gone; its requests stay where they are.")
    return redirect("collections:list")


@require_POST
def item_add(request: ProjectRequest) -> HttpResponse:
    """A request into one of one's collections, or a new one."""
    project = project_to_read(request.user, _uuid(request.POST.get("project")))
    found = Request.objects.find(project, _uuid(request.POST.get("request")))
    if found is None:
        raise Http404
    if wanted := request.POST.get("collection"):
        collection = collection_to_write(request.user, _uuid(wanted))
    else:
        form = CollectionForm(request.POST)
        if not form.is_valid():
            messages.error(request, "A new collection wants a name.")
            return redirect("requests:detail", project_uuid=project.uuid, request_uuid=found.uuid)
        collection = operations.create_collection(user=request.user, name=form.cleaned_data["name"])
    longest = CollectionItem._meta.get_field("note").max_length
    note = request.POST.get("note", "")[:longest]
    operations.add_request(collection, project=project, request_uuid=found.uuid, note=note)
    messages.success(request, f"Kept in “{collection.name}”.")
    return redirect("requests:detail", project_uuid=project.uuid, request_uuid=found.uuid)


@require_POST
def item_remove(request: ProjectRequest, collection_uuid: UUID, item_uuid: UUID) -> HttpResponse:
    collection = collection_to_write(request.user, collection_uuid)
    item = CollectionItem.objects.filter(collection=collection, uuid=item_uuid).first()
    if item is None:
        raise Http404
    operations.remove_item(item)
    return redirect("collections:page", collection_uuid=collection.uuid)


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
