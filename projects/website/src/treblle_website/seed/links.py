"""Links as blocks store them."""

from typing import Any

from treblle_website.blocks.links import Destination

Block = dict[str, Any]

START_FREE: Block = {"label": "Start free", "destination": Destination.SIGN_UP}
HELP: Block = {"label": "Help", "destination": Destination.HELP}
BLOG: Block = {"label": "Blog", "destination": Destination.BLOG}
LOG_IN: Block = {"label": "Log in", "destination": Destination.LOG_IN}


def to_page(label: str, page_id: int) -> Block:
    return {"label": label, "destination": Destination.PAGE, "page": page_id}


def to_address(label: str, address: str) -> Block:
    return {"label": label, "destination": Destination.ADDRESS, "address": address}


def section(kind: str, **value: Any) -> Block:
    """A block of a stream as the database holds it."""
    return {"type": kind, "value": value}
