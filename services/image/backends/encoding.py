"""From pixels to a file, for every painter; a picture that shows nothing is refused here."""

from io import BytesIO

from PIL import Image

from services.actor.errors import Transient

FLAT = 3
"""Levels (of 256) between the darkest and the brightest place of a picture that shows nothing."""


def require_picture(image: Image.Image, quality: int = 90) -> bytes:
    """Return the picture as JPEG. Raise Transient when it is black, or all of one colour."""
    colours = image.convert("RGB")
    small = (
        colours.resize((min(64, image.width), min(64, image.height)), Image.Resampling.BOX)
        if image.width * image.height > 16
        else None
    )
    if small is not None:
        low_high = [band for band in small.getextrema() if isinstance(band, tuple)]
        if all(high - low <= FLAT for low, high in low_high):
            raise Transient("the picture came out all of one colour")
    out = BytesIO()
    colours.save(out, "JPEG", quality=quality)
    return out.getvalue()
