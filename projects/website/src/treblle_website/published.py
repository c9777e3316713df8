"""The version of what is published: a number in the database, so that all processes agree on it.

Pages kept in memory are kept under it. A publication, by hand or at its time, counts it up in its
own transaction; other processes see that within `REMEMBERED_S`. A cache before the website is told
once the transaction holds.
"""

import time
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from treblle_website.models import HeaderAndFooter, PublishedVersion
from treblle_website.purging import purge_gone, purge_site

REMEMBERED_S: Final = 1.0


class _Remembered:
    number = 0
    until = 0.0
    purged = 0


def current() -> int:
    if _Remembered.until < time.monotonic():
        row = PublishedVersion.objects.filter(pk=PublishedVersion.ONLY).first()
        _Remembered.number = row.number if row else 0
        _Remembered.until = time.monotonic() + REMEMBERED_S
    return _Remembered.number


def changed(**_: Any) -> None:
    """Something that visitors see is another."""
    rows = PublishedVersion.objects.filter(pk=PublishedVersion.ONLY)
    if not rows.update(number=F("number") + 1):
        PublishedVersion.objects.get_or_create(pk=PublishedVersion.ONLY, defaults={"number": 1})
    _Remembered.until = 0.0
    transaction.on_commit(_purge)


def _purge() -> None:
    """Once for all changes of a transaction."""
    number = current()
    if _Remembered.purged != number:
        _Remembered.purged = number
        purge_site()


def page_deleted(instance: Page, **_: Any) -> None:
    transaction.on_commit(partial(purge_gone, instance))
    changed()


def watch() -> None:
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(changed, dispatch_uid="treblle_website.published")
    for model in (HeaderAndFooter, Redirect, Site, get_image_model()):
        post_save.connect(changed, sender=model, dispatch_uid=f"published.{model.__name__}")
        post_delete.connect(changed, sender=model, dispatch_uid=f"published.{model.__name__}")
    for model in Page.__subclasses__():
        post_delete.connect(page_deleted, sender=model, dispatch_uid=f"published.{model.__name__}")
