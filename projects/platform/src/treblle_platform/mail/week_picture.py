"""The picture of a week in the digest: requests by day as bars, errors at their foot; a PNG."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from treblle_platform.figures import count

# Drawn at twice the size it is shown at, for sharp screens.
SCALE = 2
WIDTH, HEIGHT = 496, 190
LEFT, RIGHT, TOP, BOTTOM = 46, 4, 14, 26
BAR_SHARE = 0.56
PAPER, INK, MUTED, LINE = "#ffffff", "#1a1b22", "#5b5d6b", "#e3e3ea"
REQUESTS, ERRORS = "#4f46e5", "#c02637"
FONT_SIZE = 11


@dataclass(frozen=True)
class Day:
    """`label` as under the bar, e.g. `Mon`; `errors` are a part of `requests`."""

    label: str
    requests: int
    errors: int


def week_picture(days: Sequence[Day]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # 8 MB: only where used

    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(FONT_SIZE * SCALE)
    top_value = nice_top(max((day.requests for day in days), default=0))

    def y(value: float) -> float:
        return (HEIGHT - BOTTOM - value / top_value * (HEIGHT - TOP - BOTTOM)) * SCALE

    for share in (0, 0.5, 1):
        height = y(top_value * share)
        draw.line([(LEFT * SCALE, height), ((WIDTH - RIGHT) * SCALE, height)], LINE, SCALE)
        label = count(round(top_value * share))
        draw.text(((LEFT - 8) * SCALE, height), label, MUTED, font, anchor="rm")
    step = (WIDTH - LEFT - RIGHT) / max(1, len(days))
    for number, day in enumerate(days):
        middle = LEFT + step * (number + 0.5)
        sides = ((middle - step * BAR_SHARE / 2) * SCALE, (middle + step * BAR_SHARE / 2) * SCALE)
        for value, colour in ((day.requests, REQUESTS), (day.errors, ERRORS)):
            if value:
                # What is there can be seen, however small beside the rest.
                upper = min(y(value), y(0) - 2 * SCALE)
                draw.rectangle([(sides[0], upper), (sides[1], y(0) - SCALE)], colour)
        place = (middle * SCALE, (HEIGHT - BOTTOM / 2 + 2) * SCALE)
        draw.text(place, day.label, MUTED, font, anchor="mm")
    file = BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def nice_top(most: int) -> int:
    """The top of the axis: 1, 2 or 5 times a power of ten, and even, so that half is whole."""
    power = 1
    while True:
        for step in (2, 4, 6, 10):
            if step * power >= most:
                return step * power
        power *= 10
