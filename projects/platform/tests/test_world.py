"""The map of the world and the names of countries."""

import re

import pytest
from treblle_platform.world.atlas import HEIGHT, WIDTH, countries, view_box
from treblle_platform.world.countries import name_of


def test_the_map_is_one_file_for_all_pages(client, db):
    answer = client.get("/world.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "public" in answer["Cache-Control"]
    drawn = re.findall(r'<path id="([A-Z]{2})"', answer.content.decode())
    assert {"DE", "US", "HR", "FJ", "RU"} <= set(drawn)
    assert "AQ" not in drawn


def test_a_country_lies_where_it_should():
    middle = {
        code: ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        for code, box in ((c.code, c.box) for c in countries().values())
    }
    assert middle["BR"][0] < middle["DE"][0] < middle["IN"][0] < middle["AU"][0]
    assert middle["NO"][1] < middle["DE"][1] < middle["NG"][1] < middle["ZA"][1]


def test_no_country_is_drawn_across_the_whole_map():
    """Those on both sides of the antimeridian are cut there."""
    for code in ("RU", "FJ"):
        left, _, right, _ = countries()[code].box
        assert right - left < WIDTH / 2


def test_one_country_is_shown_with_its_surroundings():
    x, y, width, height = map(float, view_box("DE").split())
    left, top, right, bottom = countries()["DE"].box
    assert x < left
    assert right < x + width < WIDTH
    assert y < top
    assert bottom < y + height < HEIGHT
    assert view_box("SG") == f"0 0 {WIDTH:g} {HEIGHT:g}"


@pytest.mark.parametrize(
    ("code", "name"), [("DE", "Germany"), ("", "Unknown"), ("XX", "XX"), ("HR", "Croatia")]
)
def test_countries_have_names(code, name):
    assert name_of(code) == name
