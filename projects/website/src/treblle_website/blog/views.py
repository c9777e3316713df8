"""The pages of the blog."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from treblle_website.blog import ghost
from treblle_website.languages import DEFAULT, in_all_languages

LAST_PAGE = 500


@require_safe
def index(request: HttpRequest, tag: str = "") -> HttpResponse:
    """Posts, newest first; with `tag` those that have it."""
    if not ghost.is_set_up():
        return _said(request, "off", status=404)
    number = request.GET.get("page", "1")
    if not number.isdecimal() or not 1 <= int(number) <= LAST_PAGE:
        raise Http404
    try:
        posts, pages = ghost.posts(int(number), tag)
    except ghost.BlogUnavailable:
        return _said(request, "away", status=503)
    if not posts and (tag or int(number) > 1):
        raise Http404
    named = {each.slug: each.name for post in posts for each in post.tags}
    context = {"posts": posts, "number": int(number), "pages": pages, "tag": named.get(tag, "")}
    path = f"/blog/tag/{tag}/" if tag else "/blog/"
    return render(request, "treblle_website/blog/index.html", context | _around(path))


@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    if not ghost.is_set_up():
        return _said(request, "off", status=404)
    try:
        found = ghost.post(slug)
    except ghost.BlogUnavailable:
        return _said(request, "away", status=503)
    if found is None:
        raise Http404
    context = {"post": found} | _around(f"/blog/{slug}/")
    return render(request, "treblle_website/blog/post.html", context)


def _around(path: str) -> dict[str, Any]:
    """Posts are in one language; other languages only surround them, so search engines keep one."""
    return {
        "in_languages": in_all_languages(path),
        "canonical": path,
        "posts_language": DEFAULT,
    }


@never_cache
def _said(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "treblle_website/blog/none.html", {"why": why}, status=status)
