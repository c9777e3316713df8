"""What we add to Wagtail's editor."""

from typing import Any

from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from treblle_website.models import PageViews


class PageViewsViewSet(ModelViewSet):
    """How often pages were asked for, by day, page and half of the visitors: to be read."""

    model = PageViews
    name = "page-views"
    icon = "view"
    menu_label = "Page views"
    add_to_admin_menu = True
    list_display = (
        *("day", "path", "views"),
        Column("views_in_a", label="Half A"),
        Column("views_in_b", label="Half B", sort_key="views_in_b"),
    )
    list_filter = ("day",)
    search_fields = ("path",)
    form_fields = ("views",)
    inspect_view_enabled = True
    ordering = ("-day", "-views")


def page_views() -> Any:
    return PageViewsViewSet()


hooks.register("register_admin_viewset", page_views)
