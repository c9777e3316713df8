"""What editors and publishers do, through Wagtail's own pages."""

import gc
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture
from treblle_website import clock
from treblle_website.models import ContentPage, HomePage, PricingPage
from wagtail.images import get_image_model
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

NEW = "Watch your API work"


def hero_form(headline: str, **buttons: str) -> dict[str, Any]:
    """The home page's form with one hero, as the browser sends it."""
    hero = {
        "eyebrow": "",
        "headline": headline,
        "text": "Every request, live.",
        "actions": streamfield([]),
        "note": "",
        "picture": "requests",
    }
    fields = {
        "title": "Treblle",
        "slug": "treblle",
        "body": streamfield([("hero", hero)]),
        "comments": inline_formset([]),
    }
    return nested_form_data(fields) | buttons


def edit(client: Client, page: Page, form: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)


def headline(client: Client) -> str:
    return BeautifulSoup(client.get("/").content, "html.parser").h1.get_text()


def test_a_publisher_changes_the_headline_and_a_visitor_sees_it(publisher, home):
    edit(publisher, home, hero_form(NEW, **{"action-publish": "action-publish"}))
    assert headline(Client()) == NEW


def test_an_editor_can_write_but_not_publish(editor, home):
    before = headline(Client())
    response = edit(editor, home, hero_form(NEW, **{"action-publish": "action-publish"}))
    assert response.status_code == 302
    home.refresh_from_db()
    assert headline(Client()) == before
    assert home.get_latest_revision_as_object().body[0].value["headline"] == NEW


def test_what_an_editor_submits_goes_live_when_a_publisher_approves(editor, publisher, home):
    edit(editor, home, hero_form(NEW, **{"action-submit": "action-submit"}))
    home.refresh_from_db()
    task = home.current_workflow_task_state
    approve = reverse("wagtailadmin_pages:workflow_action", args=[home.pk, "approve", task.pk])
    editor.post(approve, {"comment": ""})
    assert headline(Client()) != NEW
    publisher.post(approve, {"comment": ""})
    assert headline(Client()) == NEW


def test_a_draft_is_shown_to_its_writer_before_it_is_published(editor, home):
    edit(editor, home, hero_form(NEW))
    response = editor.get(reverse("wagtailadmin_pages:view_draft", args=[home.pk]))
    assert BeautifulSoup(response.content, "html.parser").h1.get_text() == NEW
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_what_is_not_even_saved_is_previewed(editor, home):
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[home.pk])
    assert editor.post(preview, hero_form(NEW)).json()["is_valid"]
    page = BeautifulSoup(editor.get(preview).content, "html.parser")
    assert page.h1.get_text() == NEW
    assert headline(Client()) != NEW


def test_a_publisher_chooses_when_a_page_goes_live_and_when_it_goes(publisher, home, monkeypatch):
    page = ContentPage.objects.get(slug="data", locale__language_code="en")
    now = timezone.now()
    form = {
        "title": "From tomorrow",
        "slug": "data",
        "introduction": "",
        "body": streamfield([]),
        "comments": inline_formset([]),
        "go_live_at": f"{now + timedelta(days=1):%Y-%m-%d %H:%M}",
        "expire_at": f"{now + timedelta(days=3):%Y-%m-%d %H:%M}",
        "action-publish": "action-publish",
    }
    edit(publisher, page, nested_form_data(form))
    for days, expected in ((0, "How we treat your data"), (2, "From tomorrow"), (4, None)):
        monkeypatch.setattr(timezone, "now", lambda days=days: now + timedelta(days=days))
        clock.tick()
        answer = Client().get("/data/")
        assert answer.status_code == (200 if expected else 404)
        if expected:
            assert BeautifulSoup(answer.content, "html.parser").h1.get_text() == expected


def test_publishers_lead_old_addresses_to_new_ones_and_editors_do_not(publisher, editor, home):
    site = Site.objects.get(is_default_site=True)
    page = PricingPage.objects.get(slug="pricing")
    form = {"site": site.pk, "is_permanent": "on", "redirect_page": page.pk}
    editor.post("/cms/redirects/add/", form | {"old_path": "/tarife/"})
    publisher.post("/cms/redirects/add/", form | {"old_path": "/preise/"})
    assert Client().get("/tarife/").status_code == 404
    answer = Client().get("/preise/")
    assert answer.status_code == 301
    assert answer["Location"].endswith("/pricing/")


def test_an_editor_adds_a_page_with_text(publisher, home):
    form = nested_form_data(
        {
            "title": "Imprint",
            "slug": "imprint",
            "introduction": "Who we are.",
            "body": streamfield([]),
            "comments": inline_formset([]),
            "action-publish": "action-publish",
        }
    )
    address = reverse("wagtailadmin_pages:add", args=["treblle_website", "contentpage", home.pk])
    publisher.post(address, form)
    assert "Who we are." in Client().get("/imprint/").content.decode()


# Wagtail leaves the temporary file of a new picture size to the garbage collector.
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_an_uploaded_picture_is_shown_on_a_page(publisher, home):
    file = BytesIO()
    Picture.new("RGB", (1600, 900), "navy").save(file, "PNG")
    file.seek(0)
    file.name = "chart.png"
    collection = home.get_root().pk
    publisher.post(
        reverse("wagtailimages:add"),
        {
            "title": "A chart",
            "file": file,
            "description": "A rising line",
            "collection": collection,
        },
    )
    picture = get_image_model().objects.get()
    page = ContentPage.objects.get(slug="data")
    page.body.append(("photo", {"image": picture, "caption": "Rising"}))
    page.save_revision().publish()
    shown = BeautifulSoup(Client().get("/data/").content, "html.parser").find("picture")
    assert shown.img["alt"] == "A rising line"
    assert shown.img["width"] == "480"
    modern = shown.find_all("source")
    assert [source["type"] for source in modern] == ["image/avif", "image/webp"]
    for source, brand in zip(modern, (b"avif", b"WEBP"), strict=True):
        addresses = [size.split()[0] for size in source["srcset"].split(", ")]
        assert len(addresses) == 3
        served = Client().get(addresses[0])
        assert served["Content-Type"] == source["type"]
        assert brand in served.content[:16]
    gc.collect()


@pytest.mark.parametrize("path", ["", "pages/", "images/", "documents/", "reports/site-history/"])
def test_the_pages_of_the_editor_open(publisher, path):
    response = publisher.get(f"/cms/{path}", follow=True)
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "gravatar" not in response.content.decode()


def test_the_form_of_the_home_page_opens(editor, home):
    response = editor.get(reverse("wagtailadmin_pages:edit", args=[home.pk]))
    assert response.status_code == 200
    assert "See what your APIs do" in response.content.decode()


def test_only_publishers_change_header_and_footer(editor, publisher):
    address = "/cms/settings/treblle_website/headerandfooter/"
    assert publisher.get(address, follow=True).status_code == 200
    assert editor.get(address).status_code == 302
    assert editor.get(address)["Location"] == "/cms/"


def test_strangers_are_asked_to_log_in(client, home):
    response = client.get(reverse("wagtailadmin_pages:edit", args=[home.pk]))
    assert response.status_code == 302
    assert response["Location"].startswith("/cms/login/")
    assert HomePage.objects.get(pk=home.pk).latest_revision == home.latest_revision
