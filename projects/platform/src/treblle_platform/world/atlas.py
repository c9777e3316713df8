"""The map of the world as one SVG of symbols, from the public-domain data of Natural Earth.

TopoJSON (https://github.com/topojson/topojson-specification) is read, projected by Equal Earth
(Šavrič, Patterson, Jenny: "The Equal Earth map projection", 2018) and drawn to a tenth of a unit.
Pages take countries out of it by `<use href="/world.svg#DE">`, so that they stay small.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from treblle_platform.world.countries import alpha2_by_number

DATA = "world-atlas/countries-110m.json"
WIDTH, HEIGHT = 960.0, 415.0
# The poles are cut off: nobody calls an API from there.
NORTH_SOUTH_SHIFT = 233.0
ANTARCTICA = "AQ"
HALF_TURN = 180
EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
LARGEST_X = 2.7066
LEAST_ZOOM_WIDTH = 170.0

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Country:
    code: str
    path: str
    # Of its largest piece: left, top, right, bottom.
    box: tuple[float, float, float, float]


def countries() -> dict[str, Country]:
    """Those large enough for the map, by alpha-2 code."""
    return _countries(str(settings.NODE_MODULES))


def svg() -> bytes:
    """All countries as `<path id="DE">`."""
    return _svg(str(settings.NODE_MODULES))


def view_box(code: str) -> str:
    """The part of the map around a country, or all of it."""
    found = countries().get(code)
    if found is None:
        return f"0 0 {WIDTH:g} {HEIGHT:g}"
    left, top, right, bottom = found.box
    width = max(LEAST_ZOOM_WIDTH, (right - left) * 1.6, (bottom - top) * 1.6 * WIDTH / HEIGHT)
    width = min(width, WIDTH)
    height = width * HEIGHT / WIDTH
    x = min(max(0.0, (left + right - width) / 2), WIDTH - width)
    y = min(max(0.0, (top + bottom - height) / 2), HEIGHT - height)
    return f"{x:.0f} {y:.0f} {width:.0f} {height:.0f}"


@cache
def _svg(modules: str) -> bytes:
    paths = "".join(f'<path id="{c.code}" d="{c.path}"/>' for c in _countries(modules).values())
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        f'<g id="world">{paths}</g></svg>'
    )
    return text.encode()


@cache
def _countries(modules: str) -> dict[str, Country]:
    topology = json.loads((Path(modules) / DATA).read_text())
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    codes = alpha2_by_number()
    found = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = codes.get(str(geometry.get("id", "")))
        if code is None or code == ANTARCTICA:
            continue
        rings = [
            [_project(*point) for point in ring]
            for whole in _rings(geometry, arcs)
            for ring in _both_sides(whole)
        ]
        largest = max(rings, key=_area)
        xs, ys = zip(*largest, strict=True)
        box = (min(xs), min(ys), max(xs), max(ys))
        found[code] = Country(code, "".join(map(_draw, rings)), box)
    return dict(sorted(found.items()))


def _arc(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    """Points are whole numbers, each as its distance from the one before."""
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + shift_x, y * scale_y + shift_y))
    return points


def _rings(geometry: dict[str, Any], arcs: list[Ring]) -> Iterator[Ring]:
    shapes = geometry["arcs"]
    for polygon in [shapes] if geometry["type"] == "Polygon" else shapes:
        for ring in polygon:
            points: Ring = []
            for number in ring:
                # A negative number is the arc `~number`, backwards.
                piece = arcs[number] if number >= 0 else arcs[~number][::-1]
                points += piece[1:] if points else piece
            yield points


def _both_sides(ring: Ring) -> list[Ring]:
    """A ring across the antimeridian is drawn at both edges of the map, each cut off there."""
    shift, last, points = 0, ring[0][0], []
    for longitude, latitude in ring:
        if abs(longitude - last) > HALF_TURN:
            shift += -2 * HALF_TURN if longitude > last else 2 * HALF_TURN
        last = longitude
        points.append((longitude + shift, latitude))
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    if west >= -HALF_TURN and east <= HALF_TURN:
        return [points]
    other = 2 * HALF_TURN if west < -HALF_TURN else -2 * HALF_TURN
    return [points, [(x + other, y) for x, y in points]]


def _project(longitude: float, latitude: float) -> Point:
    a1, a2, a3, a4 = EQUAL_EARTH
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square, sixth = theta**2, theta**6
    slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = 2 / math.sqrt(3) * math.radians(longitude) * math.cos(theta) / slope
    y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
    scale = WIDTH / 2 / LARGEST_X
    return WIDTH / 2 + x * scale, NORTH_SOUTH_SHIFT - y * scale


def _area(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _draw(ring: Ring) -> str:
    """Relative steps, in tenths."""
    (last_x, last_y), *others = [(round(x * 10), round(y * 10)) for x, y in ring]
    parts = [f"M{last_x / 10:g} {last_y / 10:g}l"]
    for x, y in others:
        if (x, y) != (last_x, last_y):
            parts.append(f"{(x - last_x) / 10:g} {(y - last_y) / 10:g} ")
            last_x, last_y = x, y
    return "".join(parts).rstrip() + "z"
