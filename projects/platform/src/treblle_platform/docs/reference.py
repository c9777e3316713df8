"""The viewer and the files it is made from. Redoc writes its styles itself, so it has its own policy."""

import json
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from treblle_models.models import ApiDocument, Project

from treblle_platform.access import reads_docs
from treblle_platform.docs.queries import Source, document_of

# Its search runs in a worker made of a blob; the examples it shows may have images.
VIEWER_POLICY = {
    "style-src": [UNSAFE_INLINE],
    "worker-src": [SELF, "blob:"],
    "img-src": ["data:"],
}


@login_not_required
@require_safe
@csp_update(VIEWER_POLICY)
@reads_docs
def reference_page(request: HttpRequest, project: Project) -> HttpResponse:
    document = _document(request, project)
    context = {
        "project": project,
        "document": document,
        "query": request.GET.urlencode(),
        "is_known": request.user.is_authenticated,
    }
    return render(request, "docs/reference.html", context)


@login_not_required
@require_safe
@reads_docs
def document_as_json(request: HttpRequest, project: Project) -> HttpResponse:
    document = _wanted(request, project)
    text = json.dumps(document.content, indent=2, ensure_ascii=False)
    return _file(request, project, document, f"{text}\n", "json")


@login_not_required
@require_safe
@reads_docs
def document_as_yaml(request: HttpRequest, project: Project) -> HttpResponse:
    document = _wanted(request, project)
    return _file(request, project, document, _yaml(document.content), "yaml")


def _document(request: HttpRequest, project: Project) -> ApiDocument | None:
    """As the URL asks by `source` and `version`; a source nobody knows is none."""
    source = request.GET.get("source", "")
    version = request.GET.get("version", "")
    return document_of(
        project,
        source if source in Source.values else "",
        int(version) if version.isdecimal() and len(version) < 10 else None,
    )


def _wanted(request: HttpRequest, project: Project) -> ApiDocument:
    document = _document(request, project)
    if document is None:
        raise Http404
    return document


def _file(
    request: HttpRequest, project: Project, document: ApiDocument, text: str, form: str
) -> HttpResponse:
    answer = HttpResponse(text, content_type=f"application/{form}; charset=utf-8")
    if "download" in request.GET:
        name = slugify(project.name) or "openapi"
        answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["ETag"] = f'"{document.digest}-{form}"'
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _yaml(content: Any) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Without anchors: values that are equal are written out each time."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)
