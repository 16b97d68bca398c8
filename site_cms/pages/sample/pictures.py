"""Pictures for the sample site, drawn: a doorway with light in it, in the site's own colours."""

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image as Canvas
from PIL import ImageDraw
from wagtail.images.models import Image

PAPER, INK, ACCENT, SOFT, GLOW = "#f6f1e7", "#29241f", "#1b4d4a", "#dfe8e1", "#f6e2b3"


def add_picture(title: str, width: int, height: int, *, is_night: bool = False) -> Image:
    """Draw a doorway of this size (pixels) and keep it in the picture library."""
    drawn = doorway(width, height, ground=ACCENT if is_night else PAPER, wall=INK if is_night else SOFT)
    file = BytesIO()
    drawn.save(file, "JPEG", quality=82)
    file.seek(0)
    name = f"{title.lower().replace(' ', '-')}.jpg"
    picture: Image = Image.objects.create(
        title=title, file=ImageFile(file, name=name), width=width, height=height, description=title
    )
    return picture


def doorway(width: int, height: int, *, ground: str, wall: str) -> Canvas.Image:
    """An arch within an arch, and light on the floor before it."""
    canvas = Canvas.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(canvas)
    unit, middle, floor = min(width, height) / 100, width / 2, height * 0.86
    _arch(draw, middle, floor, 30 * unit, 70 * unit, wall)
    _arch(draw, middle, floor, 18 * unit, 55 * unit, GLOW)
    light = [
        (middle - 18 * unit, floor),
        (middle + 18 * unit, floor),
        (middle + 34 * unit, height),
        (middle - 34 * unit, height),
    ]
    draw.polygon(light, fill=GLOW)
    return canvas


def _arch(draw: ImageDraw.ImageDraw, middle: float, floor: float, half: float, height: float, colour: str) -> None:
    top = floor - height
    draw.pieslice((middle - half, top, middle + half, top + 2 * half), 180, 360, fill=colour)
    draw.rectangle((middle - half, top + half, middle + half, floor), fill=colour)
