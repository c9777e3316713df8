"""Below `requests/<uuid>/`, in the namespace of the list."""

from django.urls import path

from treblle_platform.request_page import views

urlpatterns = [
    path("", views.request_detail, name="detail"),
    path("comments/", views.comment_add, name="comment-add"),
    path("comments/<uuid:comment_uuid>/delete/", views.comment_delete, name="comment-delete"),
    path("share/", views.share, name="share"),
    path("share/<uuid:link_uuid>/revoke/", views.share_revoke, name="share-revoke"),
]
