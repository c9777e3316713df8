"""Public pages at /, the editor at /cms/."""

from django.conf.urls.i18n import i18n_patterns
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from wagtail import urls as page_urls
from wagtail.admin import urls as editor_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as document_urls
from wagtail.views import serve

from treblle_website import share_pictures, views
from treblle_website.blog import views as blog
from treblle_website.help import views as help_pages
from treblle_website.sitemaps import SITEMAPS

handler404 = views.page_not_found
handler500 = views.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("cms/", include(editor_urls)),
    path("documents/", include(document_urls)),
    path("share/help/<slug:language>/<slug:slug>.png", share_pictures.of_help, name="share_help"),
    path("share/<slug:language>/<uuid:key>.png", share_pictures.of_page, name="share_page"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("favicon.ico", RedirectView.as_view(url=static("treblle_website/favicon.svg"))),
    path("media/<path:path>", views.media, name="media"),
]
urlpatterns += i18n_patterns(
    path("blog/", blog.index, name="blog"),
    path("blog/tag/<slug:tag>/", blog.index, name="blog_tag"),
    path("blog/<slug:slug>/", blog.post, name="blog_post"),
    path("help/", help_pages.index, name="help"),
    path("help/<slug:slug>/", help_pages.page, name="help_page"),
    # The contact form belongs to nobody's session: without a token against forged requests it needs
    # no cookie either (what keeps robots out is in `spam.py`).
    re_path(page_urls.serve_pattern, csrf_exempt(serve), name="wagtail_serve"),
    path("", include(page_urls)),
    prefix_default_language=False,
)
