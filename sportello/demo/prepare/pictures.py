"""Photographs, drawn: a chipped plate, a cracked pan, a crushed box, a screen. The same bytes every time."""

import io
import math
import random
from functools import cache

from PIL import Image, ImageColor, ImageDraw, ImageFilter

SIZE = (900, 650)
TABLES = ("#c8b49a", "#8d6e4f", "#d9d4c8", "#6f7b74")
GLAZES = (("#fbf7ea", "#f2c230"), ("#eef3f4", "#2f6f9f"), ("#f7efe2", "#d9792b"))


@cache
def damage(variant: int) -> bytes:
    """Return a JPEG of a plate with a chip in its rim, seen from above."""
    rng = random.Random(variant)  # noqa: S311 - a drawing
    image = _table(rng)
    wall, draw = image.getpixel((0, 0)), ImageDraw.Draw(image)
    ground, ink = rng.choice(GLAZES)
    x, y, radius = 450 + rng.randint(-50, 50), 325 + rng.randint(-30, 30), 250 + rng.randint(-20, 20)
    draw.ellipse(_box(x + 12, y + 16, radius), fill="#4a3d30")
    draw.ellipse(_box(x, y, radius), fill=ground, outline="#b7ab95", width=3)
    draw.ellipse(_box(x, y, int(radius * 0.68)), outline=ink, width=5)
    for turn in range(8):
        angle = turn * math.tau / 8
        _lemon(draw, x + radius * 0.83 * math.cos(angle), y + radius * 0.83 * math.sin(angle), ink)
    _chip(draw, (x, y), radius, wall=wall, rng=rng)
    return _photo(image, rng)


@cache
def box(variant: int) -> bytes:
    """Return a JPEG of a parcel with a crushed corner."""
    rng = random.Random(variant + 100)  # noqa: S311 - a drawing
    image = _table(rng)
    draw = ImageDraw.Draw(image)
    draw.polygon([(200, 180), (690, 150), (720, 470), (640, 540), (210, 520)], fill="#b98f5e", outline="#7d5c36")
    draw.polygon([(640, 540), (720, 470), (650, 430)], fill="#6b4d2c")
    draw.line([(445, 165), (430, 530)], fill="#d8c08f", width=26)
    draw.rectangle((250, 260, 400, 350), fill="#f6f3ea")
    for row in range(6):
        draw.line([(262, 272 + row * 12), (262 + rng.randint(60, 125), 272 + row * 12)], fill="#5b5b5b", width=3)
    return _photo(image, rng)


@cache
def table(variant: int) -> bytes:
    """Return a JPEG of a laid table."""
    rng = random.Random(variant + 200)  # noqa: S311 - a drawing
    image = _table(rng)
    draw = ImageDraw.Draw(image)
    ground, ink = rng.choice(GLAZES)
    for x in (190, 450, 710):
        for y in (190, 460):
            draw.ellipse(_box(x, y, 108), fill=ground, outline=ink, width=6)
            draw.ellipse(_box(x, y, 66), fill="#ffffff", outline="#ddd6c6", width=2)
            draw.rectangle((x + 118, y - 60, x + 124, y + 60), fill="#9aa0a3")
    return _photo(image, rng)


@cache
def screenshot(variant: int) -> bytes:
    """Return a PNG of a screen with a message in red."""
    image = Image.new("RGB", (540, 900), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 540, 70), fill="#1f4d3a")
    for row in range(5):
        draw.rounded_rectangle((30, 110 + row * 90, 510, 180 + row * 90), 10, outline="#d5d5d0", width=2)
        draw.line([(50, 135 + row * 90), (200 + (row * 67 + variant * 31) % 250, 135 + row * 90)], fill="#555", width=8)
    draw.rounded_rectangle((30, 600, 510, 690), 10, fill="#fbe9e4", outline="#b5472f", width=3)
    draw.line([(60, 645), (420, 645)], fill="#b5472f", width=8)
    draw.rounded_rectangle((30, 760, 510, 830), 12, fill="#1f4d3a")
    return _saved(image, "PNG", optimize=True)


def _table(rng: random.Random) -> Image.Image:
    wood = ImageColor.getrgb(rng.choice(TABLES))
    image = Image.new("RGB", SIZE, wood)
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        y, shade = rng.randrange(SIZE[1]), rng.randint(-14, 14)
        draw.line(
            [(0, y), (SIZE[0], y + rng.randint(-9, 9))], fill=tuple(max(0, min(255, c + shade)) for c in wood), width=3
        )
    return image


def _lemon(draw: ImageDraw.ImageDraw, x: float, y: float, ink: str) -> None:
    draw.ellipse((x - 24, y - 17, x + 24, y + 17), fill=ink, outline="#8f7421", width=2)
    draw.ellipse((x + 16, y - 24, x + 38, y - 8), fill="#5c7f3d")


def _chip(draw: ImageDraw.ImageDraw, center: tuple[int, int], radius: int, *, wall, rng: random.Random) -> None:
    """A bite out of the rim, with the clay showing along its edge."""
    x, y = center
    angle = rng.uniform(-1.4, 0.2)
    reach = [rng.randint(26, 46) for _ in range(11)]
    for away, fill in ((0, "#b06a45"), (16, wall)):
        cx, cy = x + (radius + away) * math.cos(angle), y + (radius + away) * math.sin(angle)
        turns = ((long, step * math.tau / 11) for step, long in enumerate(reach))
        draw.polygon([(cx + long * math.cos(turn), cy + long * math.sin(turn)) for long, turn in turns], fill=fill)
    cx, cy = x + (radius - 30) * math.cos(angle), y + (radius - 30) * math.sin(angle)
    draw.line([(cx, cy), (cx - 60 * math.cos(angle + 0.5), cy - 60 * math.sin(angle + 0.5))], fill="#8c7a66", width=2)


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


def _photo(image: Image.Image, rng: random.Random) -> bytes:
    """A little out of focus and a little turned, as taken in a kitchen."""
    image = image.rotate(rng.uniform(-4, 4), resample=Image.Resampling.BICUBIC, fillcolor=image.getpixel((2, 2)))
    return _saved(image.filter(ImageFilter.GaussianBlur(1.1)), "JPEG", quality=72)


def _saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
