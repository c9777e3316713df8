"""The site as it is first set up. Once there is a home page, it belongs to its editors."""

from treblle_website.seed.roles import make_editor, make_groups
from treblle_website.seed.site import make_site

__all__ = ["make_editor", "make_groups", "make_site"]
