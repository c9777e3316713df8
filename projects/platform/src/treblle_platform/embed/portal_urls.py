"""What pages of others load: the component, and the requests of who is allowed to see them."""

from django.urls import path

from treblle_platform.embed import portal

app_name = "portal"
urlpatterns = [
    path("treblle-requests.js", portal.component, name="component"),
    path("<uuid:embed_uuid>/requests/", portal.requests, name="requests"),
]
