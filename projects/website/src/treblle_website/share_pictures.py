"""The picture that goes with a link where it is shared: the page's own words, 1200 × 630 (Open Graph).

Drawn from the title when it is asked for, and kept with the pages; an editor's own picture
(`SitePage.social_image`) goes before it.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont
from wagtail.models import Page

from treblle_website.help.library import library

SIZE: Final = (1200, 630)
MARGIN: Final = 72
# The site's own colours, dark (`site.css`).
BACKGROUND, TEXT, MUTED, ACCENT = "#101013", "#ededf2", "#a3a3af", "#8e8cf0"
TITLE_SIZES: Final = (88, 76, 64, 54)
TITLE_LINES: Final = 3
TEXT_SIZE: Final = 34
TEXT_LINES: Final = 3
# The bars of the mark, in the 24 units of `favicon.svg`: x, from, to.
BARS: Final = ((6, 13.5, 15.5), (10, 8.5, 15.5), (14, 11, 15.5), (18, 9, 15.5))
MARK: Final = 56


@require_safe
def of_page(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Of the page with that translation key, in that language."""
    found = get_object_or_404(
        Page.objects.live().public(), translation_key=key, locale__language_code=language
    )
    return _png(found.seo_title or found.title, found.search_description)


@require_safe
def of_help(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    page = library(settings.HELP_PATH, language).pages.get(slug)
    if page is None or page.language != language:
        raise Http404
    return _png(page.title, page.summary)


def _png(title: str, text: str) -> HttpResponse:
    file = BytesIO()
    draw_picture(title, text).save(file, "PNG", optimize=True)
    return HttpResponse(file.getvalue(), content_type="image/png")


def draw_picture(title: str, text: str) -> Image.Image:
    """`title` as large as it fits, `text` below it; what is too long ends with an ellipsis."""
    picture = Image.new("RGB", SIZE, BACKGROUND)
    pen = ImageDraw.Draw(picture)
    _mark(pen)
    below = _paragraph(pen, title, _title_font(title), TEXT, MARGIN + MARK + 64, TITLE_LINES)
    _paragraph(pen, text, _font(TEXT_SIZE), MUTED, below + 28, TEXT_LINES)
    pen.rectangle((0, SIZE[1] - 10, SIZE[0], SIZE[1]), fill=ACCENT)
    return picture


def _mark(pen: ImageDraw.ImageDraw) -> None:
    unit = MARK / 24
    pen.rounded_rectangle((MARGIN, MARGIN, MARGIN + MARK, MARGIN + MARK), 5 * unit, fill=ACCENT)
    for x, top, bottom in BARS:
        box = (x - 1, top - 1, x + 1, bottom + 1)
        pen.rounded_rectangle([MARGIN + each * unit for each in box], unit, fill=BACKGROUND)
    place = (MARGIN + MARK + 20, MARGIN + MARK / 2)
    pen.text(place, settings.WAGTAIL_SITE_NAME, fill=TEXT, font=_font(38, "Bold"), anchor="lm")


def _title_font(title: str) -> ImageFont.FreeTypeFont:
    fonts = [_font(size, "Bold") for size in TITLE_SIZES]
    return next((each for each in fonts if len(_lines(title, each)) <= TITLE_LINES - 1), fonts[-1])


def _paragraph(
    pen: ImageDraw.ImageDraw,
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: str,
    top: float,
    most: int,
) -> float:
    """Write at most so many lines from `top` on; where they end."""
    lines = _lines(text, font)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1].rstrip(' .,:;')} …"]
    for line in lines:
        pen.text((MARGIN, top), line, fill=colour, font=font)
        top += font.size * 1.28
    return top


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Words in lines that are no wider than the picture less its margins and an ellipsis."""
    widest = SIZE[0] - 2 * MARGIN - font.getlength(" …")
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= widest:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(size: int, face: str = "Regular") -> ImageFont.FreeTypeFont:
    """Lato, from its package: the same on every machine, with the letters of Europe's languages."""
    file = files("font_lato") / "files" / f"Lato-{face}.ttf"
    return ImageFont.truetype(BytesIO(file.read_bytes()), size)
