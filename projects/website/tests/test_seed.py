"""`seed_site` sets up a new site once, and leaves a living one alone."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.serializers import serialize
from django.test import Client
from treblle_service.conf import BadSetting
from treblle_website.models import ContentPage, HeaderAndFooter, HomePage, PricingPage
from wagtail.models import GroupPagePermission, Page, Revision, Site

PARTS = (
    HomePage, PricingPage, ContentPage, HeaderAndFooter, Page, Revision, Site, Group,
    GroupPagePermission,
)  # fmt: skip


def everything() -> dict[str, str]:
    return {part.__name__: serialize("json", part.objects.order_by("pk")) for part in PARTS}


def test_a_second_seed_changes_nothing(home):
    before = everything()
    call_command("seed_site")
    assert everything() == before


def test_what_was_edited_survives_a_second_seed(home):
    home.body[0].value["headline"] = "Our own words"
    home.save_revision().publish()
    call_command("seed_site")
    assert "Our own words" in Client().get("/").content.decode()


def test_a_page_that_was_deleted_stays_deleted(home):
    PricingPage.objects.all().delete()
    call_command("seed_site")
    assert not PricingPage.objects.exists()


def test_what_a_group_lost_it_does_not_get_again(home):
    editors = GroupPagePermission.objects.filter(group__name="Editors")
    editors.delete()
    call_command("seed_site")
    assert not editors.exists()


def test_the_welcome_page_of_wagtail_is_gone(home):
    assert {page.specific_class for page in Page.objects.filter(depth=2)} == {HomePage}


def test_the_first_editor_may_publish(db, settings):
    settings.WEBSITE_EDITOR_EMAIL = "first@example.com"
    settings.WEBSITE_EDITOR_PASSWORD = "a long pass phrase"
    call_command("seed_site")
    client = Client()
    form = {"username": "first@example.com", "password": "a long pass phrase"}
    assert client.post("/cms/login/", form)["Location"] == "/cms/"
    assert Group.objects.get(user__email="first@example.com").name == "Publishers"


def test_the_password_of_an_editor_is_never_set_back(db, settings):
    settings.WEBSITE_EDITOR_EMAIL = "first@example.com"
    settings.WEBSITE_EDITOR_PASSWORD = "a long pass phrase"
    call_command("seed_site")
    user = get_user_model().objects.get(email="first@example.com")
    user.set_password("chosen by the editor")
    user.save()
    call_command("seed_site")
    user.refresh_from_db()
    assert user.check_password("chosen by the editor")


def test_no_user_is_made_unless_asked_for(home):
    assert not get_user_model().objects.exists()


def test_an_editor_without_a_password_is_refused(db, settings):
    settings.WEBSITE_EDITOR_EMAIL = "first@example.com"
    settings.WEBSITE_EDITOR_PASSWORD = ""
    with pytest.raises(BadSetting, match="WEBSITE_EDITOR_PASSWORD"):
        call_command("seed_site")
    assert not get_user_model().objects.exists()
