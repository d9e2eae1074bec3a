"""Pictures from strangers, drawn anew: what reaches a browser was made by us. Bounded in time and memory."""

import io
import struct
import warnings
from collections.abc import Callable

from PIL import Image, ImageOps, UnidentifiedImageError

from . import storage

# Forty megapixels: a good phone. More is refused before it is unpacked.
Image.MAX_IMAGE_PIXELS = 40_000_000
# Pillow means to raise the first ones; over a file made to break it, it stumbles with the others.
WRONG = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Warning),
    *(struct.error, ArithmeticError, AttributeError, EOFError, LookupError, RuntimeError, TypeError),
)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


class NotAPicture(ValueError):
    """It cannot be drawn: no picture, broken, of a kind we do not open, or too large."""


def drawn(digest: str, read: Callable[[], bytes], side: int) -> bytes:
    """Return the picture with this digest as WebP, at most `side` pixels wide and high; kept once drawn.

    `read` gives the bytes when they are needed. Raise `NotAPicture`.
    """
    name = f"pictures/{digest[:2]}/{digest}-{side}.webp"
    try:
        return storage.read(name)
    except FileNotFoundError:
        made = draw(read(), side)
        storage.keep(name, made)
        return made


def draw(content: bytes, side: int) -> bytes:
    """Return the first frame of a picture as WebP, upright, at most `side` pixels; raise `NotAPicture`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                opened.draft("RGB", (side, side))
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((side, side))
                out = io.BytesIO()
                upright.convert("RGBA" if _see_through(upright) else "RGB").save(out, "WEBP", quality=82)
    except WRONG as wrong:
        raise NotAPicture(str(wrong)) from wrong
    return out.getvalue()


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
