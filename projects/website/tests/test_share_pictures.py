"""The picture that goes with a link: the page's own words, in every language, for the help as well."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from PIL import Image, ImageChops
from treblle_website.models import ContentPage
from treblle_website.share_pictures import draw_picture


def picture_of(path):
    page = BeautifulSoup(Client().get(path).content, "html.parser")
    address = page.find("meta", property="og:image")["content"]
    answer = Client().get(urlsplit(address).path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    return Image.open(BytesIO(answer.content))


@pytest.mark.parametrize("path", ["/", "/de/", "/pricing/", "/contact/", "/help/masking/"])
def test_each_page_has_a_picture_of_the_size_that_is_announced(home, path):
    assert picture_of(path).size == (1200, 630)


def test_pages_and_languages_have_pictures_of_their_own(home):
    pictures = [picture_of(path) for path in ("/", "/de/", "/pricing/", "/help/masking/")]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_a_new_title_is_a_new_picture(home):
    before = picture_of("/data/")
    page = ContentPage.objects.get(slug="data")
    page.title = "Your data, and where it lies"
    page.save_revision().publish()
    assert picture_of("/data/").tobytes() != before.tobytes()


def test_what_is_not_published_has_none(home):
    page = ContentPage.objects.get(slug="data")
    path = f"/share/en/{page.translation_key}.png"
    assert Client().get(path).status_code == 200
    page.unpublish()
    assert Client().get(path).status_code == 404
    assert Client().get("/share/help/en/nothing.png").status_code == 404


def test_umlauts_are_letters_and_long_words_stay_inside():
    # A letter that a face does not have is drawn as the same box for all.
    assert draw_picture("ä", "").tobytes() != draw_picture("ö", "").tobytes()
    long = draw_picture("Sehen, was Ihre APIs tun, während sie es tun " * 6, "Wort " * 200)
    right = long.crop((1200 - 40, 0, 1200, 600))
    plain = Image.new("RGB", right.size, long.getpixel((0, 0)))
    assert ImageChops.difference(right, plain).getbbox() is None
